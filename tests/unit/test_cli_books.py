"""The books always add up."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from chartbrief.books import Books, Status, count_books
from notes_pipeline.models import Status as LedgerStatus

STATUSES: tuple[Status, ...] = get_args(Status)


@given(st.lists(st.sampled_from(STATUSES)))
def test_every_receipt_is_in_exactly_one_column(statuses: list[Status]) -> None:
    books = count_books(statuses)
    assert books.received == len(statuses)
    assert books.closed == ("pending" not in statuses)


def test_the_line_names_every_column() -> None:
    line = Books(summarized=5, quarantined=2, duplicate=1, superseded=3, pending=4).line()
    assert line == "received 15 = summarized 5 + quarantined 2 + duplicate 1 + superseded 3 + pending 4"


def test_the_columns_are_the_ledger_s() -> None:
    assert set(STATUSES) == {status.value for status in LedgerStatus}
