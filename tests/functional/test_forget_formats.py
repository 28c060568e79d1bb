"""`chartbrief forget` in files of every format: nothing of a patient is left, and the others' records keep their
numbers."""

import gzip
import json

import pytest
from tests.functional.acting import arrive, said
from tests.functional.erased import sound
from tests.functional.exports import (
    JANE,
    ORGANIZATION,
    OTHER,
    archive,
    bundle,
    document,
    holders_of_jane,
    lines,
    observation,
    person,
)
from tests.functional.stack import Stack

pytestmark = pytest.mark.usefixtures("elsewhere")

EXPORT = lines(person(JANE), person(OTHER), ORGANIZATION)
DOCUMENTS = lines(document(JANE), document(OTHER), observation(JANE), observation(OTHER), document(JANE, 2, "Pale."))
MIXED: dict[str, bytes] = {
    "export.ndjson": DOCUMENTS,
    "export": DOCUMENTS,
    "packed": gzip.compress(DOCUMENTS),
    "search.json": bundle(person(JANE), document(JANE), ORGANIZATION, document(OTHER), observation(JANE)),
    "list.json": json.dumps([document(JANE), document(OTHER)]).encode(),
    "all.zip": archive(
        {
            "jane-7f3/letter.json": json.dumps(document(JANE, 3)).encode(),
            "a/notes.ndjson": DOCUMENTS,
            "b/notes.ndjson": lines(document(OTHER, 2)),
            "c.txt": b"Walked a mile.",
        }
    ),
}
ALONE: dict[str, bytes] = {
    "alone.ndjson": lines(person(JANE), document(JANE), ORGANIZATION),
    "alone.json": bundle(person(JANE), ORGANIZATION, document(JANE), observation(JANE)),
    "one.json": json.dumps(document(JANE)).encode(),
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
