"""What published FHIR files of several makers hold, as a careful reader finds it; they are no part of this checkout."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chartbrief.cloud import CHECKOUT
from notes_pipeline.core.formats.parse_file import Record, parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

FILES = CHECKOUT.parent / "shared" / "formats"
JSON, LINES = FILES / "fhir_json", FILES / "fhir_ndjson"
pytestmark = pytest.mark.skipif(not JSON.is_dir(), reason="the published files are not there")

# (note_id, patient_id, encounter_id, note_type, authored_at, words of the text)
NOTES: dict[str, tuple[str | None, ...]] = {
    "hl7__DiagnosticReport-chest-xray-report.json": (
        "DiagnosticReport/chest-xray-report",
        "example",
        None,
        "Imaging report",
        "2019-02-03T19:43:30.000Z",
        "INDICATION/CLINICAL QUESTION: Fever / Pneumonia",
    ),
    "hl7__documentreference-discharge-summary.json": (
        "DocumentReference/discharge-summary",
        "example",
        "example-1",
        "Discharge summary",
        None,
        "No activity restriction, regular diet",
    ),
    "hl7__documentreference-episode-summary.json": (
        "DocumentReference/episode-summary",
        "example",
        None,
        "Summary of episode",
        "2026-08-15T22:01:00.612Z",
        "Penicillin",
    ),
    "microsoft__DocumentReference-example-with-base64.json": (
        "DocumentReference/example",
        "xcda",
        "xcda",
        "Outpatient Note",
        "2005-12-24T09:43:41+11:00",
        "This is a test",
    ),
}
BATCH = {"Patient": 5, "Parameters": 1, "request DELETE": 2, "request GET": 2}
# What files come to that hold no note: kinds that are ignored, and codes of rejects.
OTHERS: dict[str, dict[str, int]] = {
    "hl7__DocumentReference-adi-dnr.json": {"PdfNotRead": 1},
    "microsoft__documentreference-example.json": {"AttachmentElsewhere": 1},
    "microsoft__Bundle-Batch.json": BATCH,
    "microsoft__Bundle-Transaction.json": BATCH,
    "microsoft__Bundle-TransactionWithInvalidBundleEntry.json": {"BrokenJson": 1},
    # The second of its entries is an Encounter itself, where an entry has one.
    "microsoft__ObservationBundle.json": {"Patient": 1, "BrokenEntry": 1, "Observation": 1},
    "AllergyIntolerance.000.ndjson": {"AllergyIntolerance": 11},
    "Condition.000.ndjson": {"Condition": 106},
    "Encounter.000.ndjson": {"Encounter": 156},
    "Organization.000.ndjson": {"Organization": 43},
    "Patient.000.ndjson": {"Patient": 13},
    "Practitioner.000.ndjson": {"Practitioner": 43},
}
DOCUMENTS = "DocumentReference.000.ndjson"


def read(path: Path) -> list[Record]:
    return list(parse_file(f"incoming/ehr/{path.name}", path.read_bytes(), ReadingRules()))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (LINES / name).read_text("utf-8").splitlines()]


def test_every_file_is_expected_to_be_something() -> None:
    names = {path.name for folder in (JSON, LINES) for path in folder.iterdir()}
    assert names == {*NOTES, *OTHERS, DOCUMENTS}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_read_with_all_that_is_said_of_it(name: str) -> None:
    (note,) = read(JSON / name)
    assert isinstance(note, ParsedNote), note
    *said, words = NOTES[name]
    assert [note.note_id, note.patient_id, note.encounter_id, note.note_type, note.authored_at] == said
    assert words
    assert words in note.text
    assert "<" not in note.text[:200]


@pytest.mark.parametrize("name", OTHERS)
def test_what_holds_no_note_is_counted_or_refused(name: str) -> None:
    found = read((JSON if name.endswith(".json") else LINES) / name)
    kinds = [record.kind if isinstance(record, Ignored) else getattr(record, "code", "note") for record in found]
    assert Counter(kinds) == OTHERS[name]
    assert all(
        "send" in r.reason or "export" in r.reason or "write" in r.reason for r in found if isinstance(r, Reject)
    )


def test_every_document_of_a_bulk_export_has_its_patient_its_encounter_and_its_date() -> None:
    notes = read(LINES / DOCUMENTS)
    encounters = {each["id"]: each["subject"]["reference"] for each in lines("Encounter.000.ndjson")}
    patients = {each["id"] for each in lines("Patient.000.ndjson")}
    assert len(notes) == 156
    for number, (note, document) in enumerate(zip(notes, lines(DOCUMENTS), strict=True), start=1):
        assert isinstance(note, ParsedNote)
        assert (note.record, note.note_id) == (number, f"DocumentReference/{document['id']}")
        assert note.patient_id in patients
        assert note.encounter_id
        assert encounters[note.encounter_id] == f"Patient/{note.patient_id}"
        assert document["subject"]["reference"] == f"Patient/{note.patient_id}"
        assert document["context"]["encounter"][0]["reference"] == f"Encounter/{note.encounter_id}"
        assert note.authored_at == document["date"]
        assert note.text.startswith(document["date"][:10])
        assert "# Chief Complaint" in note.text
    types = Counter(note.note_type for note in notes if isinstance(note, ParsedNote))
    assert types == {"History and physical": 121, "ED note": 35}
