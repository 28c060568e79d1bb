"""A schedule is a function of its seed, whoever runs it."""

from tests.faults.schedules import from_seed
from tests.faults.worlds import open_worlds


def test_a_seed_says_everything_that_happens() -> None:
    drawn = [from_seed(seed) for seed in (3, 7, 11, 25)]
    told = []
    for _ in range(2):
        with open_worlds() as worlds:
            told.append([(outcome.trace, outcome.calls) for outcome in map(worlds.run, drawn)])
    assert told[0] == told[1]
