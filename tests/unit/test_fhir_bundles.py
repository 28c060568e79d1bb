"""Bundles of all types: every entry is a record, whatever it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.fhir_examples import UUID, bundle, document, entry, kinds_of, narrative, note_of, read, reject_of

from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.models import ParsedNote, Reject

PATIENT = entry({"resourceType": "Patient", "id": "p1"})
COMPOSITION = {
    "resourceType": "Composition",
    "id": "c1",
    "status": "final",
    "subject": {"reference": "Patient/p1"},
    "section": [{"title": "Course", "text": narrative("Improved.")}],
}


def put(url: str, resource: dict[str, Any]) -> dict[str, Any]:
    return entry(resource, request={"method": "PUT", "url": url})


@pytest.mark.parametrize("kind", ["batch", "transaction", "searchset", "message", "collection", "batch-response", "x"])
def test_each_entry_is_a_record(kind: str) -> None:
    found = bundle(PATIENT, entry(document()), entry(document(id="d2")), kind=kind)
    assert kinds_of(found) == ["Patient", "note", "note"]
    assert [record.record for record in read(found)] == [1, 2, 3]


def test_requests_and_responses_hold_nothing() -> None:
    entries = [{"request": {"method": method, "url": "Patient/1"}} for method in ("GET", "HEAD", "DELETE", "POST")]
    entries += [{"response": {"status": "201 Created"}}]
    entries += [entry(document(), request={"method": "DELETE", "url": "DocumentReference/d1"})]
    expected = ["request GET", "request HEAD", "request DELETE", "request POST", "response", "request DELETE"]
    assert kinds_of(bundle(*entries, kind="transaction")) == expected


def test_an_entry_that_is_nothing_is_refused() -> None:
    broken = [
        {},
        None,
        "Patient",
        7,
        [],
        {"resource": {}},
        {"resource": "Patient"},
        {"resource": {"id": "1"}},
        document(),
    ]
    codes = kinds_of(bundle(*broken, PATIENT))
    assert codes == ["BrokenEntry"] * len(broken) + ["Patient"]
    assert kinds_of({"resourceType": "Bundle", "entry": "none"}) == ["BrokenEntry"]


def test_a_bundle_without_entries_holds_nothing() -> None:
    (record,) = read(bundle())
    assert isinstance(record, Reject)
    assert (record.record, record.code) == (0, "EmptyFile")


def test_what_is_put_has_the_id_that_it_is_put_under() -> None:
    assert note_of(bundle(put("DocumentReference/d7", document(id=None)))).note_id == "DocumentReference/d7"
    assert note_of(bundle(entry(document(id=None), "https://a.example/DocumentReference/d8"))).note_id == (
        "DocumentReference/d8"
    )
    assert note_of(bundle(entry(document(id=None), UUID))).note_id == UUID


def test_a_document_is_its_composition() -> None:
    found = bundle(entry(COMPOSITION), PATIENT, entry(document()), kind="document")
    assert kinds_of(found) == ["note", "Patient", "DocumentReference"]
    note = note_of(found)
    assert (note.text, note.note_id, note.patient_id) == ("Course\nImproved.", "Composition/c1", "p1")


def test_a_document_whose_composition_says_nothing_is_what_else_is_in_it() -> None:
    silent = {**COMPOSITION, "section": []}
    assert kinds_of(bundle(entry(silent), PATIENT, entry(document()), kind="document")) == ["NoText", "Patient", "note"]
    assert kinds_of(bundle(PATIENT, entry(document()), kind="document")) == ["Patient", "note"]


def test_bundles_in_bundles_are_as_many_records_as_they_hold() -> None:
    answers = bundle(entry(bundle(PATIENT, entry(document()))), entry(bundle()), PATIENT, kind="batch-response")
    assert kinds_of(answers) == ["Patient", "note", "Bundle", "Patient"]
    assert [record.record for record in read(answers)] == [1, 2, 3, 4]
    two = bundle(entry(bundle(entry(COMPOSITION), kind="document")), entry(bundle(entry(document()))))
    assert kinds_of(two) == ["note", "note"]


def test_what_is_in_an_inner_bundle_may_refer_to_the_outer() -> None:
    held = document(subject={"reference": UUID})
    outer = bundle(entry({"resourceType": "Patient", "id": "p9"}, UUID), entry(bundle(entry(held))))
    assert note_of(outer).patient_id == "p9"


def test_bundles_too_deep_are_refused() -> None:
    deep = bundle(entry(document()))
    for _ in range(7):
        deep = bundle(entry(deep))
    assert kinds_of(deep) == ["note"]
    assert kinds_of(bundle(PATIENT, entry(deep))) == ["Patient", "TooDeep"]


def test_of_a_history_the_newest_version_counts() -> None:
    gone = {"request": {"method": "DELETE", "url": "DocumentReference/d2"}}
    older, other = document(content=None), document(id="d2")
    found = bundle(
        put("DocumentReference/d1", document()), gone, put("DocumentReference/d1", older), entry(other), kind="history"
    )
    older_version = "DocumentReference older version"
    assert kinds_of(found) == ["note", "request DELETE", older_version, older_version]


def test_a_line_is_one_note_at_most() -> None:
    lines = [
        bundle(PATIENT, entry(document())),
        bundle(entry(document()), entry(document(id="d2"))),
        bundle(PATIENT),
        bundle(),
        bundle(PATIENT, entry(document(content=None))),
        document(),
    ]
    body = "\n".join(map(json.dumps, lines)).encode()
    records = list(parse_file("incoming/ehr/a.ndjson", body, ReadingRules()))
    assert [record.record for record in records] == [1, 2, 3, 4, 5, 6]
    note, several, *ignored, unreadable, last = records
    assert isinstance(note, ParsedNote)
    assert isinstance(last, ParsedNote)
    assert isinstance(several, Reject)
    assert several.code == "SeveralNotes"
    assert ignored == [Ignored(record=3, kind="Bundle"), Ignored(record=4, kind="Bundle")]
    assert isinstance(unreadable, Reject)
    assert unreadable.code == "NoAttachment"


def test_an_element_of_a_list_is_a_record() -> None:
    listed = [document(), {"resourceType": "Patient", "id": "p9"}, bundle(PATIENT, entry(document(id="d2"))), None]
    assert kinds_of(listed) == ["note", "Patient", "note", "NotAnObject"]


def test_a_note_of_a_resource_is_no_field_of_a_note() -> None:
    said = {"resourceType": "Communication", "status": "completed", "note": [{"text": "Called back."}]}
    assert note_of(said).text == "Called back."
    assert kinds_of({"resourceType": "Observation", "note": [{"text": "Hemolysed."}]}) == ["Observation"]
    assert note_of({"resourceType": "a column of theirs", "note": "Slept well."}).text == "Slept well."


def test_a_reason_says_what_to_do() -> None:
    assert 'write {"resource": {...}}' in reject_of(bundle({})).reason
