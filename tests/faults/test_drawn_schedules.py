"""Drawn schedules: several faults, events twice, late and lost, invocations at once, jobs that end badly."""

from tests.faults.campaign import run_all, seeds
from tests.faults.promises import assert_kept
from tests.faults.schedules import from_seed
from tests.faults.worlds import Worlds, open_worlds


def test_no_drawn_schedule_breaks_a_promise(worlds: Worlds) -> None:
    tally = run_all(worlds, seeds(0, 60))
    assert_kept(tally)
    assert tally.faults > 30
    assert len(tally.ends) > 4


def test_a_seed_says_everything_that_happens(worlds: Worlds) -> None:
    with open_worlds() as others:
        for seed in (3, 7, 11, 25):
            one, other = worlds.run(from_seed(seed)), others.run(from_seed(seed))
            assert one.trace == other.trace
            assert one.calls == other.calls
