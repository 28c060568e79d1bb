"""What a run keeps for the page: the texts of notes with a record, merged over runs, and its figures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chartbrief.books import Books
from chartbrief.errors import ConsoleError
from chartbrief.report.note_texts import keep_texts, load_texts, texts_file
from chartbrief.report.read_folder import read_folder
from chartbrief.report.run_figures import keep_figures, load_figures
from chartbrief.run_report import RunReport

A, B, C = ("a", "1"), ("b", "2"), ("c", "3")


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="work")
        yield client


def stage(s3: Any, key: str, *versions: tuple[str, str]) -> None:
    rows = [{"note_uid": uid, "content_sha256": sha, "inputs": f"text of {uid}, 😷"} for uid, sha in versions]
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    s3.put_object(Bucket="work", Key=f"staged/{key}", Body=body.encode())


def test_only_texts_that_a_record_needs_are_kept_and_earlier_ones_stay(s3: Any, tmp_path: Path) -> None:
    (tmp_path / ".chartbrief").mkdir()
    stage(s3, "one/00000.jsonl", A, B)
    s3.put_object(Bucket="work", Key="staged/one/00000.notes.jsonl", Body=b'{"note_uid": "a"}\n')
    keep_texts(s3, "work", ["one"], [A], tmp_path)
    assert load_texts(tmp_path) == {A: "text of a, 😷"}
    s3.delete_object(Bucket="work", Key="staged/one/00000.jsonl")
    stage(s3, "two/00000.jsonl", C)
    stage(s3, "other/00000.jsonl", B)
    keep_texts(s3, "work", ["two"], [A, B, C], tmp_path)
    assert set(load_texts(tmp_path)) == {A, C}
    keep_texts(s3, "work", [], [C], tmp_path)
    assert set(load_texts(tmp_path)) == {C}
    assert texts_file(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", [".chartbrief/notes.jsonl", ".chartbrief/run.json", "groups/current/patients/patients.parquet"]
)
def test_a_file_that_no_run_wrote_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("nonsense")
    with pytest.raises(ConsoleError, match=path.name):
        read_folder(tmp_path)


def test_no_texts_and_no_figures_are_none(tmp_path: Path) -> None:
    assert load_texts(tmp_path) == {}
    assert load_figures(tmp_path) is None


def test_the_figures_are_the_runs_without_its_notes(tmp_path: Path) -> None:
    (tmp_path / ".chartbrief").mkdir()
    books = Books(summarized=3, quarantined=1)
    report = RunReport(books, (), 2.0, 1.5, tmp_path, tmp_path, {}, {"model": 1.25, "idle": 0.75})
    keep_figures(report, "2031-01-01T00:00:00+00:00")
    figures = load_figures(tmp_path) or {}
    assert (figures["received"], figures["summarized"], figures["pending"]) == (4, 3, 0)
    assert figures["steps"] == {"model": 1.25, "idle": 0.75}
    assert (figures["seconds"], figures["startup_seconds"]) == (2.0, 1.5)
    assert not {"notes", "output"} & set(figures)
