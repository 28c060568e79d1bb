"""A run of the console on a fake cloud: from files to books, tables and JSON."""

import csv
import json
from pathlib import Path

import pytest
from tests.unit.cli_fake_cloud import FakeCloud
from tests.unit.cli_runs import cloud, folder, given_cloud, invoke, out, run_json

from chartbrief.results import NoteResult

__all__ = ["cloud", "folder", "given_cloud", "out"]  # fixtures


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
    assert cloud.unreported_drops() == []


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


def test_a_pending_note_and_an_unstaged_file_are_counted_and_gone_on_with(
    folder: Path, out: Path, cloud: FakeCloud
) -> None:
    (folder / "stuck.txt").write_text("S1: stuck\n")
    (folder / "ignored.txt").write_text("I1: never staged\n")
    status, report = run_json(folder, out, "--timeout", 1)
    assert (status, report["pending"], report["received"]) == (1, 2, 8)
    assert len(cloud.unreported_drops()) == 5
    pending = {note["source"]: note["note_id"] for note in report["notes"] if note["status"] == "pending"}
    assert pending == {"stuck.txt": "S1", "ignored.txt": None}


def test_show_prints_a_note_and_says_when_there_is_none(folder: Path, out: Path) -> None:
    run_json(folder, out)
    shown = invoke("show", "A1", "--out", out)
    assert shown.exit_code == 0
    assert "later MI" in shown.stdout
    assert "superseded" in shown.stdout
    missing = invoke("show", "nobody", "--out", out)
    assert missing.exit_code == 2
    assert "nobody" in missing.stderr
