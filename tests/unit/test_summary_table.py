"""Rows of the tables, and the Parquet that they become."""

import io
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pytest
from tests.unit.published_records import SUMMARY, bare, codes, record, rejected

from notes_pipeline.core.parquet import from_parquet, to_parquet
from notes_pipeline.core.summary_table import CODES, SUMMARIES, code_rows, day_of, summary_row
from notes_pipeline.records import SummaryRecord

INSTANT = datetime(2026, 3, 15, 1, 30, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("given", [record(), bare(), rejected()], ids=["full", "bare", "rejected"])
def test_a_row_has_the_columns_of_the_table_and_comes_back_from_parquet(given: SummaryRecord) -> None:
    row = summary_row(given)
    assert row.keys() == set(SUMMARIES.names)
    (back,) = from_parquet(to_parquet([row], SUMMARIES))
    assert back | {"summarized_at": None} == row | {"summarized_at": None}
    assert back["summarized_at"] == INSTANT.replace(microsecond=123000)


def test_a_day_is_the_days_of_utc() -> None:
    assert day_of(record()) == "2026-03-15"
    assert day_of(record(summarized_at="2026-03-14T09:00:00Z")) == "2026-03-14"
    assert day_of(record(summarized_at="2026-03-14T09:00:00")) == "2026-03-14"


def test_findings_say_what_the_summary_says_there_in_code_points() -> None:
    row = summary_row(record())
    assert [(f["text"], f["kind"], f["severity"]) for f in row["findings"]] == [("120", "number", "moderate")]
    (found,) = row["findings"]
    assert SUMMARY[found["start"] : found["end"]] == "120"
    assert (row["severe_findings"], row["moderate_findings"], row["minor_findings"]) == (0, 1, 0)
    assert (row["risk"], row["support"]) == (1.0, 0.75)


def test_of_an_extract_the_findings_are_those_of_the_rejected_summary() -> None:
    row = summary_row(rejected())
    assert (row["summary"], row["rejected_summary"]) == ("The note's own words.", "HR 999, BP 1/1.")
    assert [f["text"] for f in row["findings"]] == ["HR 999", "BP"]
    assert (row["severe_findings"], row["moderate_findings"], row["minor_findings"]) == (1, 0, 1)


def test_nothing_known_is_null_and_no_findings_are_none() -> None:
    row = summary_row(bare())
    assert [row[name] for name in ("patient_id", "encounter_id", "note_type", "authored_at", "support")] == [None] * 5
    assert (row["findings"], row["review_reasons"], row["needs_review"]) == ([], [], False)


def test_a_code_is_a_row_with_its_category_and_where_it_is_said() -> None:
    found = list(code_rows(record(), codes()))
    assert all(row.keys() == set(CODES.names) for row in found)
    said = [(row["code"], row["category"], row["rank"], row["in_summary"], row["in_note"]) for row in found]
    assert said == [("J45.909", "J45", 1, True, True), ("R50.9", "R50", 2, False, True)]
    assert {row["patient_id"] for row in found} == {"P-1"}


def test_the_same_rows_are_the_same_bytes_and_no_rows_are_a_table_too() -> None:
    rows = [summary_row(record())] * 3
    assert to_parquet(rows, SUMMARIES) == to_parquet(rows, SUMMARIES)
    empty = pd.read_parquet(io.BytesIO(to_parquet([], CODES)))
    assert list(empty.columns) == CODES.names
    assert empty.empty


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(pa.ArrowInvalid):
        to_parquet([summary_row(record()) | {"parts": "many"}], SUMMARIES)
