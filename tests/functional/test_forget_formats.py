"""`chartbrief forget` in files of every format: nothing of a patient is left, and the others' records keep their
numbers."""

import gzip
import json

import pytest
from tests.functional.acting import arrive, refused, said
from tests.functional.erased import sound
from tests.functional.exports import (
    JANE,
    ORGANIZATION,
    OTHER,
    TEXTS,
    admission,
    archive,
    batch,
    bundle,
    data,
    document,
    framed,
    holders_of_jane,
    lines,
    observation,
    person,
    report,
    xml_bundle,
    xml_document,
)
from tests.functional.stack import Stack

pytestmark = pytest.mark.usefixtures("elsewhere")

EXPORT = lines(person(JANE), person(OTHER), ORGANIZATION)
DOCUMENTS = lines(document(JANE), document(OTHER), observation(JANE), observation(OTHER), document(JANE, 2, "Pale."))
MESSAGES = (
    admission(JANE),
    report(JANE, TEXTS[JANE], "Quillfeather again: unchanged since the last study was done."),
    report(OTHER, TEXTS[OTHER]),
    admission(OTHER),
    report(OTHER, "No focal consolidation and no effusion is seen today.", "No fracture or dislocation is seen."),
)
MIXED: dict[str, bytes] = {
    "export.ndjson": DOCUMENTS,
    "export": DOCUMENTS,
    "packed": gzip.compress(DOCUMENTS),
    "search.json": bundle(person(JANE), document(JANE), ORGANIZATION, document(OTHER), observation(JANE)),
    "list.json": json.dumps([document(JANE), document(OTHER)]).encode(),
    "bundle.xml": xml_bundle(xml_document(JANE), xml_document(OTHER)),
    "batch.hl7": batch(*MESSAGES),
    "wire.mllp": framed(*MESSAGES),
    "all.zip": archive(
        {
            "jane-7f3/letter.json": json.dumps(document(JANE, 3)).encode(),
            "a/notes.ndjson": DOCUMENTS,
            "a/batch.hl7": batch(*MESSAGES),
            "b/notes.ndjson": lines(document(OTHER, 2)),
            "c.txt": b"Walked a mile.",
        }
    ),
}
ALONE: dict[str, bytes] = {
    "alone.ndjson": lines(person(JANE), document(JANE), ORGANIZATION),
    "alone.json": bundle(person(JANE), ORGANIZATION, document(JANE), observation(JANE)),
    "one.json": json.dumps(document(JANE)).encode(),
    "bundle.xml": xml_bundle(xml_document(JANE)),
    "one.hl7": report(JANE, TEXTS[JANE]).encode(),
    "batch.hl7": batch(admission(JANE), report(JANE, TEXTS[JANE])),
    "alone.zip": archive({"a.json": json.dumps(document(JANE)).encode(), "org.ndjson": lines(ORGANIZATION)}),
}


def dropped(stack: Stack, files: dict[str, bytes]) -> dict[str, int]:
    """Drop files, one after another, and let all that is in them be summarized; return the records of Omar's notes."""
    for name, body in files.items():
        stack.upload(stack.drop(f"ehr/{name}", body))
    stack.settle()
    stack.publish()
    stack.take("NotesUploadedQueue")
    return records_of(stack)


def records_of(stack: Stack) -> dict[str, int]:
    found = stack.records("by_note/")
    return {each["note_id"]: each["source"]["record"] for each in found if each["patient_id"] == OTHER}


@pytest.mark.parametrize("name", MIXED)
def test_of_a_file_with_others_nothing_of_the_patient_is_left_and_they_keep_their_numbers(
    stack: Stack, name: str
) -> None:
    before = dropped(stack, {name: MIXED[name]})
    assert holders_of_jane(stack)
    assert before
    told = said(stack, "forget", JANE, "--yes")
    assert told["traces_found"] == 0
    assert holders_of_jane(stack) == []
    assert records_of(stack) == before
    (body,) = stack.objects("NotesBucket", "incoming/").values()
    sound(stack)
    # Staged as another drop, every record of the other's is where it was.
    books = stack.books()
    assert arrive(stack)
    assert stack.books() == books
    stack.upload(stack.drop(f"other/{name}", body))
    stack.settle()
    again = [each for each in stack.records("by_note/") if each["source"]["key"].startswith("incoming/other/")]
    assert {each["note_id"]: each["source"]["record"] for each in again if each["patient_id"] == OTHER} == before


@pytest.mark.parametrize("name", ALONE)
def test_a_file_with_nobody_else_is_deleted(stack: Stack, name: str) -> None:
    dropped(stack, {name: ALONE[name]})
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []
    assert stack.objects("NotesBucket") == {}
    sound(stack)


def test_a_binary_of_the_bundle_goes_with_the_document_that_refers_to_it(stack: Stack) -> None:
    """It holds the text and does not say whose."""
    address = "urn:uuid:0b3c7f0e-8a52-4f0e-9a39-6a1d1f8a2c11"
    attached = document(JANE, content=[{"attachment": {"contentType": "text/plain", "url": address}}])
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": data(TEXTS[JANE])}
    entries = [{"resource": attached}, {"fullUrl": address, "resource": binary}, {"resource": document(OTHER)}]
    body = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert dropped(stack, {"a.json": json.dumps(body).encode()}) == {f"DocumentReference/doc-{OTHER}-1": 3}
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []
    (kept,) = stack.objects("NotesBucket").values()
    assert [list(entry) for entry in json.loads(kept)["entry"]] == [["response"], ["response"], ["resource"]]


def test_a_patient_whom_only_the_file_beside_names_is_found_there(stack: Stack) -> None:
    by_number = {"reference": "Patient?identifier=urn:oid:1.2.3|mrn-550077"}
    files = {
        "export/Patient.ndjson": EXPORT,
        "export/DocumentReference.ndjson": lines(document(JANE, subject=by_number), document(OTHER)),
    }
    dropped(stack, files)
    assert {each["patient_id"] for each in stack.records("by_note/")} == {JANE, OTHER}
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []
    sound(stack)


REFUSED: dict[str, bytes] = {
    "cut.json": bundle(document(OTHER), document(JANE))[:-9],
    "two.hl7": batch(report(OTHER, TEXTS[OTHER]).rstrip() + "\r" + report(JANE, TEXTS[JANE]).partition("\r")[2]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_out_of_a_file_is_refused_before_anything_is_erased(stack: Stack, name: str) -> None:
    dropped(stack, {name: REFUSED[name], "b.ndjson": DOCUMENTS})
    before = holders_of_jane(stack)
    told = refused(stack, "forget", JANE, "--yes", status=1)
    assert "Nothing was erased" in told
    assert f"incoming/ehr/{name}" in told
    assert "b.ndjson" not in told
    assert holders_of_jane(stack) == before
    # As it says: every version of the file is deleted.
    s3, bucket = stack.session.client("s3"), stack.name("NotesBucket")
    for version in s3.list_object_versions(Bucket=bucket, Prefix=f"incoming/ehr/{name}")["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []


def test_a_document_that_cannot_be_read_and_has_the_id_in_it_is_taken_for_theirs(stack: Stack) -> None:
    dropped(stack, {"a.rtf": rb"{\rtf1 " + JANE.encode() + rb"\bin99999999 ", "b.ndjson": lines(document(OTHER))})
    assert said(stack, "forget", JANE, "--yes")["traces_found"] == 0
    assert holders_of_jane(stack) == []
    assert list(stack.objects("NotesBucket")) == ["incoming/ehr/b.ndjson"]


def test_the_other_patient_may_be_forgotten_after(stack: Stack) -> None:
    """Of a file that was emptied in two steps nothing is left."""
    refused_note = document(OTHER, 7, content=[{"attachment": {"contentType": "image/png", "data": "iVBORw0KGgo="}}])
    dropped(stack, {"a.ndjson": DOCUMENTS + lines(refused_note), "b.json": bundle(document(JANE), document(OTHER))})
    assert len(stack.records("quarantine/")) == 1
    for patient in (JANE, OTHER):
        assert said(stack, "forget", patient, "--yes")["traces_found"] == 0
    assert stack.objects("NotesBucket") == {}
    assert (stack.records("quarantine/"), stack.books()) == ([], {})
    sound(stack)
