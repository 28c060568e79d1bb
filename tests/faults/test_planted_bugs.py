"""The simulator itself: it finds what it is for, soon."""

from collections.abc import Iterator

import pytest
from tests.faults.campaign import USUALS, seeds, single_faults
from tests.faults.planted_bugs import BUGS
from tests.faults.schedules import Schedule
from tests.faults.worlds import Worlds

# So many schedules it took when this was written; a change of the flow may make it a few more.
TOOK = {"a conditional write is skipped": 33, "a job's name is from the clock": 132}
TOOK |= {"a message is deleted before its effect": 1}
PATIENCE = 2


def schedules_for(bug: str, worlds: Worlds) -> Iterator[Schedule]:
    """Who writes at once with others is found by drawn schedules, what a lost answer does by single faults."""
    if bug == "a conditional write is skipped":
        return seeds(0, 1000)
    return single_faults(worlds.run(USUALS[0]), of_each_site=True)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(worlds: Worlds, bug: str) -> None:
    schedules = schedules_for(bug, worlds)
    with BUGS[bug]():
        tried = next(tried for tried, schedule in enumerate(schedules, start=1) if worlds.run(schedule).violations)
    assert tried <= PATIENCE * TOOK[bug] + 10
