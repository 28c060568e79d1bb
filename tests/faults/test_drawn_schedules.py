"""Drawn schedules: several faults, events twice, late and lost, invocations at once, jobs that end badly."""

from tests.faults.campaign import run_all, seeds
from tests.faults.promises import assert_kept
from tests.faults.worlds import Worlds


def test_no_drawn_schedule_breaks_a_promise(worlds: Worlds) -> None:
    tally = run_all(worlds, seeds(0, 60))
    assert_kept(tally)
    assert tally.faults > 30
    assert len(tally.ends) > 4
