"""The queries of docs/tables.md, as they stand there, on the files of a small stack."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from moto import mock_aws
from tests.functional.stack import Stack

from chartbrief.cloud import CHECKOUT
from notes_pipeline.core.summary_table import CODES, SUMMARIES

DOCUMENT = (CHECKOUT / "docs" / "tables.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```sql (\S+)\n(.*?)```", DOCUMENT, re.DOTALL))
HEAD = "note_id,patient_id,note_type,note\n"
FIRST = "n1,p1,nursing,Asthma. HR 120.\n"
MONDAY = HEAD + FIRST + "n2,p2,nursing,Asthma and fever.\nn3,p3,,Chest pain.\n"
AMENDED = HEAD + "n1,p1,nursing,Asthma and pneumonia.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves: a note that was amended and then put back to what it said first, two that were not."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patched, mock_aws():
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patched.setenv(f"AWS_{name}", "testing")
        patched.setenv("AWS_DEFAULT_REGION", "us-east-1")
        stack = Stack()
        for body in (MONDAY, AMENDED, HEAD + FIRST):
            stack.upload(stack.drop("ehr/monday.csv", body))
            stack.settle()
            stack.publish()
        for key, content in stack.objects("SummariesBucket").items():
            path = folder / "out" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


@pytest.fixture
def database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(folder)
    connection = duckdb.connect()
    connection.execute(BLOCKS["duckdb"])
    connection.execute(BLOCKS["current"])
    return connection


def ask(database: Any, block: str) -> list[tuple[Any, ...]]:
    return list(database.execute(BLOCKS[block]).fetchall())


def test_a_note_has_one_summary_that_counts_whatever_became_of_it(database: Any) -> None:
    rows = database.execute("SELECT note_id, summary, status FROM current_summaries ORDER BY 1").fetchall()
    assert [row[0] for row in rows] == ["n1", "n2", "n3"]
    assert rows[0] == ("n1", "Asthma.", "draft")
    told = database.execute(
        "SELECT status, count(*) FROM summaries WHERE note_id = 'n1' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert told == [("draft", 3), ("superseded", 2)]


def test_the_share_that_needs_review_is_told_by_type(database: Any) -> None:
    assert [row[:2] for row in ask(database, "review")] == [("nursing", 2), ("none given", 1)]
    assert all(row[3] == round(100 * row[2] / row[1], 1) for row in ask(database, "review"))


def test_reasons_and_findings_are_those_of_the_current_summaries(database: Any) -> None:
    reasons = dict(ask(database, "reasons"))
    counted = database.execute("SELECT count(*), sum(len(review_reasons)) FROM current_summaries WHERE needs_review")
    notes, all_reasons = counted.fetchone()
    assert (sum(reasons.values()), bool(reasons)) == (all_reasons or 0, bool(notes))
    moderate = database.execute("SELECT sum(moderate_findings) FROM current_summaries").fetchone()
    assert len(ask(database, "duckdb-findings")) == moderate[0]


def test_codes_are_counted_by_note_and_not_by_version(database: Any) -> None:
    found = {code: notes for code, _, notes in ask(database, "codes")}
    assert found["J45.909"] == 2
    assert "J18.9" not in found, "the version with pneumonia counts no more"


def test_groups_and_their_patients_are_found(database: Any) -> None:
    assert ("icd10:J45", "category", "Asthma", 2) in ask(database, "groups")
    assert {(row[0], row[1]) for row in ask(database, "patients")} == {("ehr", "p1"), ("ehr", "p2")}
    assert len(ask(database, "patients")) == 2


def test_pandas_reads_them_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (block,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)
    assert set(names["summaries"]["note_id"]) == {"n1", "n2", "n3"}
    assert set(names["codes"]["rank"]) == {1}
    assert str(names["summaries"]["summarized_at"].dtype) == "datetime64[ms, UTC]"


def test_every_column_is_described() -> None:
    assert [name for name in {*SUMMARIES.names, *CODES.names} if f"`{name}`" not in DOCUMENT] == []
