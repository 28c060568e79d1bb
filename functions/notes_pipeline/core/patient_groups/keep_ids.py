"""Ids of groups that stay while members come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from notes_pipeline.core.identify import digest

SIMILAR = "sim:"
_DIGITS = 12


def keep_ids(old: Mapping[str, str], groups: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Return groups under their ids.

    A group takes over the id of the old group that it shares most members with, if they are at least half of the
    smaller of the two; the greatest overlap chooses first. So of groups that merge, the one that brings most members
    gives its id; of the parts of a group that splits, the one that keeps most members keeps it. The others are new.

    Args:
        old: group id by patient uid, before.
    """
    before = Counter(old.values())
    overlaps = []
    for at, group in enumerate(groups):
        shared = Counter(old[member] for member in group if member in old)
        overlaps += [
            (-count, old_id, at) for old_id, count in shared.items() if 2 * count >= min(before[old_id], len(group))
        ]
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for _, old_id, at in sorted(overlaps):
        if at not in kept and old_id not in taken:
            kept[at] = old_id
            taken.add(old_id)
    # An id that ended is not given again at once, to what may be quite another group.
    taken |= set(before)
    return {kept.get(at) or _new_id(group, taken): sorted(group) for at, group in enumerate(groups)}


def _new_id(group: Sequence[str], taken: set[str]) -> str:
    """Return an id made of the group's first member, and note that it is taken."""
    for times in range(len(taken) + 1):
        found = SIMILAR + digest("group", min(group), str(times))[:_DIGITS]
        if found not in taken:
            taken.add(found)
            return found
    raise AssertionError("of n + 1 different ids one is not among n")
