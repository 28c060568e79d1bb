"""What the tests say of a tally: no run broke a promise; if one did, what happened in it and how to see it again."""

from tests.faults.__main__ import describe
from tests.faults.campaign import Tally


def assert_kept(tally: Tally) -> None:
    shown = "\n\n".join(describe(outcome) for outcome in tally.failures[:2])
    assert not tally.failures, f"{len(tally.failures)} of {tally.schedules} runs broke a promise:\n{shown}"
