"""Running a backfill: file after file, oldest first, as fast as it may, written down as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from chartbrief.operate.backfill.checkpoint import Checkpoint
from chartbrief.operate.backfill.doors import Door, Outcome
from chartbrief.operate.backfill.found_files import FoundFile
from chartbrief.operate.backfill.pace import Pace

# Each waits some tens of milliseconds for its answers.
_AT_ONCE = 8
_MOST_TOGETHER = 64

Shown = Callable[[Counter[Outcome]], None]


def run_backfill(checkpoint: Checkpoint, door: Door, pace: Pace, show: Shown) -> Counter[Outcome]:
    """Give every file of the list that is left; return what came of them.

    Cut off anywhere, it leaves at most one handful of files given and not written down; those are recognised.
    """
    outcomes: Counter[Outcome] = Counter()
    together = max(1, min(_MOST_TOGETHER, int(pace.per_second)))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while files := _apart(checkpoint.to_do(together), door):
            pace.before(len(files))
            given = list(zip(files, pool.map(door.give, files), strict=True))
            checkpoint.done(given)
            outcomes.update(outcome for _, outcome in given)
            show(outcomes)
    return outcomes


def _apart(files: Sequence[FoundFile], door: Door) -> list[FoundFile]:
    """Return the first files, up to one that has the key of an earlier one: versions of a file go in their order."""
    keys: set[str] = set()
    for place, file in enumerate(files):
        key = door.target(file)
        if key in keys:
            return list(files[:place])
        keys.add(key)
    return list(files)
