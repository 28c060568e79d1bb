"""The benchmark of large files and backlogs, small: the functions under a limit of memory, books, each note once."""

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.big.__main__ import PAGE
from benchmarks.big.conditions import changed, holds
from benchmarks.big.document import fill
from benchmarks.big.measure import measure_backlog, measure_file, measure_job

ITEM: dict[str, Any] = {"pk": {"S": "a"}, "attempt": {"N": "9"}, "status": {"S": "pending"}}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("attribute_not_exists(pk)", False),
        ("attribute_not_exists(pk) OR attempt < :ten", True),
        ("attempt = :ten AND (attribute_exists(backlog) OR pk = :a)", False),
        ("(attribute_exists(backlog) OR pk = :a) AND #status IN (:b, :pending)", True),
        ("missing = :a", False),
    ],
)
def test_the_stand_in_judges_conditions_as_the_table_does(condition: str, expected: bool) -> None:
    values = {":ten": {"N": "10"}, ":a": {"S": "a"}, ":b": {"S": "b"}, ":pending": {"S": "pending"}}
    request = {"ExpressionAttributeValues": values, "ExpressionAttributeNames": {"#status": "status"}}
    assert holds(condition, ITEM, request) is expected


def test_the_stand_in_changes_rows_as_the_table_does() -> None:
    request = {
        "ExpressionAttributeValues": {":b": {"S": "b"}, ":two": {"N": "2"}},
        "ExpressionAttributeNames": {"#status": "status"},
    }
    after = changed("SET batch_id = :b, #status = :b ADD attempt :two REMOVE backlog, pk", ITEM, request)
    assert after == {"batch_id": {"S": "b"}, "attempt": {"N": "11"}, "status": {"S": "b"}}


def test_a_job_of_files_of_one_note_is_collected_to_the_end(tmp_path: Path) -> None:
    found = measure_job(tmp_path / "cloud", 120, 120, latency=0.0)
    assert found["books"] == {"summarized": 120}
    assert (found["given"], found["summaries"], found["notes_summarized"]) == (120, 120, 120)
    assert found["collecting"]["calls"]["DynamoDB TransactWriteItems"] < 30
    assert found["collecting"]["peak_mb"] < 400


def test_a_file_is_staged_and_planned_and_a_backlog_too(tmp_path: Path) -> None:
    found = measure_file(tmp_path / "file", 300)
    assert found["books"] == {"pending": 300}
    assert (found["jobs"], found["given"], found["records"]) == (1, 300, 300)
    assert measure_backlog(tmp_path / "backlog", 1_500)["left"] == 0


def test_the_pages_figures_are_those_that_were_measured(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(PAGE.read_text("utf-8"), encoding="utf-8")
    fill(page, json.loads((PAGE.parent.parent / "benchmarks/results/big.json").read_text()))
    assert page.read_text("utf-8") == PAGE.read_text("utf-8")
