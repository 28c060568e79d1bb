"""Whenever a run is killed, the same command again ends as if nothing had happened.

Runs only if KILLS says how many kills there are to be: `make test-kills`.
"""

import os
import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.command import Command
from tests.kills.conftest import Reference
from tests.kills.killing import Killer
from tests.kills.outcomes import read_outcome

# Kills of one state: some during its first run, some during its second.
KILLS_EACH = 4
WANTED = int(os.environ.get("KILLS", "0"))


def test_a_state_that_is_killed_again_and_again_ends_like_one_that_never_was(
    command: Command, reference: Reference, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = rounds = 0
    # A run may be over before it is killed, so states are made until there were enough kills.
    while kills < WANTED:
        with capsys.disabled():
            kills += one_state(rounds, command, reference, tmp_path / str(rounds))
        rounds += 1
    with capsys.disabled():
        sys.stdout.write(f"  {kills} kills of {rounds} states: each ended like the one that was never killed\n")


def one_state(seed: int, command: Command, reference: Reference, place: Path) -> int:
    """Kill the runs of one state, run it to its end, hold it against the reference; return how many kills."""
    place.mkdir()
    killer, lines = Killer(command, random.Random(f"kills {seed}"), place / "out"), [f"\nseed {seed}"]
    for folder, span in zip(reference.folders, reference.spans, strict=True):
        known = len(killer.kills)
        while len(killer.kills) < known + KILLS_EACH and killer.kill(folder, span):
            continue
        seconds = killer.finish(folder)
        lines += [str(kill) for kill in killer.kills[known:]]
        lines.append(f"then {seconds:.1f} s to the end; never killed: {span.seconds:.1f} s")
    sys.stdout.write("\n  ".join(lines) + "\n")
    audited = command.run("audit", "--state", place / "out" / ".chartbrief")
    assert audited.status == 0, audited.stdout + audited.stderr
    outcome = read_outcome(place / "out")
    assert (outcome.pending, outcome.waiting) == ([], 0)
    # What was told about is dropped again by the next run; what was not, never.
    twice = killer.reports - len(reference.folders)
    assert all(
        reference.outcome.drops[key] <= drops <= reference.outcome.drops[key] + twice
        for key, drops in outcome.drops.items()
    )
    assert replace(outcome, drops=Counter()) == replace(reference.outcome, drops=Counter())
    return len(killer.kills)
