"""A run of the console on a fake cloud: from files to books, tables and JSON."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from tests.unit.cli_fake_cloud import FakeCloud, opened
from typer.testing import CliRunner, Result

from chartbrief.app import app
from chartbrief.errors import CloudFailedError
from chartbrief.output_folder import claim
from chartbrief.results import NoteResult

NOTES = {
    "ed/a.txt": "A1: chest pain\nA2: long stay\nA3: \n",
    "ed/b.txt": "A1: chest pain, later MI\nA2: long stay\n",
    "walk-in.txt": "W1: odd ankle\n",
}


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with mock_aws():
        yield FakeCloud()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in NOTES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "notes"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(autouse=True)
def given_cloud(cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartbrief.app.check_inputs", lambda *_: None)
    monkeypatch.setattr("chartbrief.app.open_local_cloud", lambda *_: opened(cloud))


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run_json(folder: Path, out: Path, *more: object) -> tuple[int, dict[str, Any]]:
    result = invoke("run", folder, "--out", out, "--json", *more)
    return result.exit_code, json.loads(result.stdout)


def test_json_is_one_object_with_books_that_close_and_a_result_for_every_record(folder: Path, out: Path) -> None:
    status, report = run_json(folder, out)
    assert (status, report["output"]) == (0, str(out))
    counts = {name: report[name] for name in ("summarized", "quarantined", "duplicate", "superseded", "pending")}
    assert counts == {"summarized": 3, "quarantined": 1, "duplicate": 1, "superseded": 1, "pending": 0}
    assert report["received"] == sum(counts.values()) == len(report["notes"])
    assert report["seconds"] > 0
    assert report["notes_per_second"] == pytest.approx(report["received"] / report["seconds"], rel=0.01)
    assert all(set(note) == set(NoteResult.model_fields) - {"amended"} for note in report["notes"])


def test_every_note_is_told_by_file_record_and_id(folder: Path, out: Path) -> None:
    notes = {(note["source"], note["record"]): note for note in run_json(folder, out)[1]["notes"]}
    assert notes["ed/a.txt", 1]["status"] == "superseded"
    assert notes["ed/a.txt", 2] | {"review_reasons": []} == {
        "note_id": "A2",
        "source": "ed/a.txt",
        "record": 2,
        "status": "summarized",
        "summary": "Summary of long stay.",
        "summary_kind": "model",
        "reason": None,
        "parts": 2,
        "needs_review": False,
        "review_reasons": [],
    }
    assert "the note is empty" in notes["ed/a.txt", 3]["reason"]
    assert notes["ed/b.txt", 1]["summary"] == "Summary of chest pain, later MI."
    assert notes["ed/b.txt", 2]["status"] == "duplicate"
    assert notes["ed/b.txt", 2]["summary"] == "Summary of long stay."
    assert notes["walk-in.txt", 1]["needs_review"]


def test_the_output_folder_has_the_bucket_and_two_flat_tables(folder: Path, out: Path, cloud: FakeCloud) -> None:
    run_json(folder, out)
    assert len(list(out.glob("by_note/*/*.json"))) == 4
    assert len(list(out.glob("quarantine/*/000003.json"))) == 1
    lines = [json.loads(line) for line in (out / "summaries.jsonl").read_text().splitlines()]
    with (out / "summaries.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["note_id"] for row in rows] == [line["note_id"] for line in lines] == ["A2", "A1", "W1"]
    assert rows[2]["reasons"] == "number 7 is not in the note"
    assert cloud.imported == cloud.exported == [out / ".chartbrief"]


def test_the_page_is_written_with_the_texts_of_all_notes_that_have_a_record(folder: Path, out: Path) -> None:
    run_json(folder, out)
    page = (out / "report.html").read_text("utf-8")
    for text in ("chest pain, later MI", "long stay", "odd ankle", "the note is empty"):
        assert text in page
    kept = [json.loads(line)["text"] for line in (out / ".chartbrief/notes.jsonl").read_text().splitlines()]
    assert sorted(kept) == ["chest pain", "chest pain, later MI", "long stay", "odd ankle"]
    (folder / "ed/a.txt").unlink()
    run_json(folder, out)
    assert len((out / ".chartbrief/notes.jsonl").read_text().splitlines()) == 4
    assert json.loads((out / ".chartbrief/run.json").read_bytes())["duplicate"] == 3


def test_the_person_reads_summaries_marks_books_and_reasons(folder: Path, out: Path) -> None:
    result = invoke("run", folder, "--out", out)
    assert result.exit_code == 0
    for part in ("later MI", "2 parts", "amended", "duplicate", "superseded", "review: number 7", "received 6 ="):
        assert part in result.stdout


def test_dropping_the_same_folder_again_summarizes_nothing(folder: Path, out: Path, cloud: FakeCloud) -> None:
    run_json(folder, out)
    before = cloud.summaries_written
    (folder / "ed/a.txt").unlink()
    status, report = run_json(folder, out)
    assert (status, report["received"], report["duplicate"], report["summarized"]) == (0, 3, 3, 0)
    assert cloud.summaries_written == before


def test_a_pending_note_and_an_unstaged_file_are_counted_and_not_remembered(
    folder: Path, out: Path, cloud: FakeCloud
) -> None:
    (folder / "stuck.txt").write_text("S1: stuck\n")
    (folder / "ignored.txt").write_text("I1: never staged\n")
    status, report = run_json(folder, out, "--timeout", 1)
    assert (status, report["pending"], report["received"]) == (1, 2, 8)
    assert cloud.exported == []
    pending = {note["source"]: note["note_id"] for note in report["notes"] if note["status"] == "pending"}
    assert pending == {"stuck.txt": "S1", "ignored.txt": None}


def test_a_file_that_cannot_be_read_here_is_quarantined_with_its_name(folder: Path, out: Path) -> None:
    (folder / "walk-in.txt").unlink()
    os.mkfifo(folder / "pipe.txt")
    (folder / "gone.txt").write_text("G1: gone\n")
    real_open = Path.open

    def no_gone(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "gone.txt":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", no_gone)
        status, report = run_json(folder, out)
    assert status == 0
    [gone] = [note for note in report["notes"] if note["source"] == "gone.txt"]
    assert (gone["status"], gone["record"]) == ("quarantined", 0)
    assert "Permission denied" in gone["reason"]
    assert not [note for note in report["notes"] if note["source"] == "pipe.txt"]


def test_nothing_to_drop_ends_with_status_2_and_writes_nothing(tmp_path: Path, out: Path) -> None:
    result = invoke("run", tmp_path, "--out", out, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nothing to summarize" in result.stderr
    assert not out.exists()


def test_two_runs_at_once_on_one_output_folder_are_refused(folder: Path, out: Path) -> None:
    with claim(out):
        result = invoke("run", folder, "--out", out)
    assert result.exit_code == 2
    assert "Another run" in result.stderr


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (CloudFailedError("moto has died; see x/moto.log"), 1, "x/moto.log"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), 1, "stopped answering"),
    ],
)
def test_a_failure_is_one_line_without_a_traceback(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, says: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(FakeCloud, "idle", fail)
    result = invoke("run", folder, "--out", out, "--json")
    assert (result.exit_code, result.stdout) == (status, "")
    assert says in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_show_prints_a_note_and_says_when_there_is_none(folder: Path, out: Path) -> None:
    run_json(folder, out)
    shown = invoke("show", "A1", "--out", out)
    assert shown.exit_code == 0
    assert "later MI" in shown.stdout
    assert "superseded" in shown.stdout
    missing = invoke("show", "nobody", "--out", out)
    assert missing.exit_code == 2
    assert "nobody" in missing.stderr
