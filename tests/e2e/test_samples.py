"""`make run`'s own run, then the same folder again, then an amended note: on one output folder, in this order."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.command import SAMPLES, Command, Ended

from notes_pipeline.core.parquet import from_parquet

CANARIES = {
    "note": "Zanzibarine lilac fever with quaggatic tremor, HR 113, treated with blorvamycin 313 mg.",
    "note_id": "CANARY-NOTE-77",
    "patient_id": "CANARY-PATIENT-77",
    "encounter_id": "CANARY-ENCOUNTER-77",
}
AMENDED = "Amended: chest pain was due to pericarditis, no anterior MI. HR 96, BP 134/80. Colchicine 0.5 mg started."


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("samples") / "out"


@pytest.fixture(scope="module")
def first(command: Command, out: Path) -> Ended:
    return command.run("run", SAMPLES, "--out", out, "--json")


@pytest.fixture(scope="module")
def again(command: Command, out: Path, first: Ended) -> Ended:
    return command.run("run", SAMPLES, "--out", out)


@pytest.fixture(scope="module")
def amended(command: Command, out: Path, again: Ended, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("amended")
    (folder / "ed").mkdir()
    (folder / "ed/chest-pain.txt").write_text(AMENDED)
    with (folder / "ed/canary.csv").open("w", newline="") as table:
        writer = csv.DictWriter(table, list(CANARIES))
        writer.writeheader()
        writer.writerow(CANARIES)
        writer.writerow(CANARIES | {"note": "", "note_id": "CANARY-EMPTY-77"})
    (folder / "ed/broken.json").write_text('[{"note": "' + CANARIES["note"])
    return command.run("run", folder, "--out", out, "--json")


def by_source(report: dict[str, Any], source: str) -> list[dict[str, Any]]:
    return [note for note in report["notes"] if note["source"] == source]


def test_the_books_of_the_samples_close_with_exactly_the_two_bad_records(first: Ended) -> None:
    assert first.status == 0, first.stderr
    report = first.json()
    columns = ("received", "summarized", "quarantined", "duplicate", "superseded", "pending")
    assert [report[column] for column in columns] == [68, 66, 2, 0, 0, 0]
    bad = {
        (note["source"], note["record"]): note["reason"] for note in report["notes"] if note["status"] == "quarantined"
    }
    assert set(bad) == {("ed/shift-2031-05-02.csv", 3), ("nursing/dictations.jsonl", 6)}
    for (source, record), reason in bad.items():
        assert source in reason
        assert str(record) in reason


def test_every_format_gives_summaries(first: Ended) -> None:
    summarized = [note["source"] for note in first.json()["notes"] if note["status"] == "summarized"]
    suffixes = {"".join(Path(source).suffixes) for source in summarized}
    fields = {".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".json"}
    assert suffixes == {".txt", *fields, ".hl7", ".xml", ".html", ".rtf", ".zip"}


def test_every_summarized_note_has_an_id_and_a_summary_shorter_than_a_paragraph(first: Ended) -> None:
    for note in first.json()["notes"]:
        if note["status"] == "summarized":
            assert note["note_id"]
            assert note["summary"].strip()
            assert note["parts"] >= 1
            assert note["reason"] is None


def test_the_chest_pain_note_says_chest_pain_anterior_mi_and_the_vitals(first: Ended) -> None:
    [note] = by_source(first.json(), "ed/chest-pain.txt")
    for words in ("chest pain", "anterior", "mi", "120", "24", "170/95"):
        assert words in note["summary"].lower()


def test_the_long_note_was_summarized_in_parts(first: Ended) -> None:
    [note] = by_source(first.json(), "discharge/pancreatitis-long-stay.txt")
    assert note["parts"] > 1


def test_the_run_ends_when_its_datasets_are_there(first: Ended, out: Path) -> None:
    rows = [row for path in out.glob("table/dt=*/batch=*/*.parquet") for row in from_parquet(path.read_bytes())]
    summarized = {note["note_id"] for note in first.json()["notes"] if note["status"] == "summarized"}
    assert {row["note_id"] for row in rows} == summarized
    coded = [json.loads(path.read_bytes()) for path in out.glob("codes/by_note/*/*.json")]
    assert len(coded) == len(rows) == len(summarized)
    patients = from_parquet((out / "groups/current/patients/patients.parquet").read_bytes())
    assert {row["patient_id"] for row in patients} <= {row["patient_id"] for row in rows}
    assert len(patients) > 10


def test_the_output_folder_holds_records_and_flat_tables(first: Ended, out: Path) -> None:
    assert first.status == 0
    records = [json.loads(path.read_bytes()) for path in out.glob("by_note/*/*.json")]
    assert len(records) >= 66
    assert all(record["model"]["sha256"] for record in records)
    with (out / "summaries.csv").open(newline="", encoding="utf-8") as table:
        assert len(list(csv.DictReader(table))) == len((out / "summaries.jsonl").read_text().splitlines())


def test_dropping_the_same_folder_again_summarizes_nothing_and_says_so(again: Ended) -> None:
    assert again.status == 0, again.stderr
    assert "received 68 = summarized 0 + quarantined 2 + duplicate 66 + superseded 0 + pending 0" in again.stdout
    assert "Traceback" not in again.stdout + again.stderr


def test_an_amended_note_supersedes_the_summary_of_the_earlier_run(amended: Ended, out: Path) -> None:
    assert amended.status == 0, amended.stderr
    [note] = by_source(amended.json(), "ed/chest-pain.txt")
    assert note["status"] == "summarized"
    records = [json.loads(path.read_bytes()) for path in out.glob("by_note/*/*.json")]
    versions = {r["status"]: r for r in records if r["source"]["key"] == "incoming/ed/chest-pain.txt"}
    assert set(versions) == {"draft", "superseded"}
    assert versions["superseded"]["superseded_by"] == versions["draft"]["content_sha256"]
    current = [json.loads(line) for line in (out / "summaries.jsonl").read_text().splitlines()]
    [row] = [row for row in current if row["source"] == "ed/chest-pain.txt"]
    assert row["summary"] == note["summary"]


def test_what_cannot_be_parsed_is_quarantined_and_the_rest_of_its_file_goes_on(amended: Ended) -> None:
    statuses = {(note["source"], note["status"]) for note in amended.json()["notes"]}
    assert {
        ("ed/canary.csv", "summarized"),
        ("ed/canary.csv", "quarantined"),
        ("ed/broken.json", "quarantined"),
    } <= statuses


def test_no_note_text_and_no_identifier_reaches_a_log(amended: Ended, out: Path) -> None:
    logs = {path.name: path.read_bytes().decode("utf-8", "replace") for path in (out / ".chartbrief/logs").rglob("*.*")}
    assert any("NotesUploaded" in name for name in logs)
    secrets = [*CANARIES.values(), "blorvamycin", "quaggatic", "CANARY", "pericarditis", "sudden onset while gardening"]
    secrets += [note["summary"] for note in amended.json()["notes"] if note["summary"]]
    found = [(name, secret) for name, text in logs.items() for secret in secrets if secret in text]
    assert found == []


def test_no_quarantine_record_repeats_the_note(amended: Ended, out: Path) -> None:
    assert amended.status == 0
    reasons = "".join(path.read_text() for path in out.glob("quarantine/*/*.json"))
    assert "EmptyNote" in reasons or "empty" in reasons
    assert not [word for word in ("blorvamycin", "Line cut off", "CANARY-PATIENT") if word in reasons]


def test_no_process_is_left(first: Ended, again: Ended, amended: Ended) -> None:
    assert first.left_behind + again.left_behind + amended.left_behind == []
