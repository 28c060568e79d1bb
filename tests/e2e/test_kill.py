"""A run that is killed, in the middle of what it writes, and run again; `make test-kills` does it more often."""

import random
from pathlib import Path

from tests.e2e.command import SAMPLES, Command
from tests.kills.killing import Killer, Span
from tests.kills.outcomes import read_outcome

# The samples bring the journal to about a megabyte: one kill while files are staged, one while summaries are written.
EARLY, LATE = Span(60.0, 50_000, 70_000), Span(60.0, 300_000, 500_000)


def test_the_same_command_again_goes_on_and_drops_nothing_twice(command: Command, tmp_path: Path) -> None:
    killer = Killer(command, random.Random(5), tmp_path / "out")
    for span in (EARLY, LATE):
        killer.kill_in(SAMPLES, span)
    ended = command.run("run", SAMPLES, "--out", tmp_path / "out", "--json")
    report = ended.json()
    assert (ended.status, ended.left_behind, report["received"], report["quarantined"]) == (0, [], 68, 2)
    assert report["summarized"] == 66
    outcome = read_outcome(tmp_path / "out")
    assert (outcome.pending, outcome.waiting, set(outcome.drops.values())) == ([], 0, {1})
    assert set(outcome.summaries.values()) == {"draft"}
    assert (len(outcome.summaries), len(killer.kills)) == (66, 2)
    again = command.run("run", SAMPLES, "--out", tmp_path / "out", "--json").json()
    assert (again["summarized"], again["duplicate"], again["quarantined"]) == (0, 66, 2)
