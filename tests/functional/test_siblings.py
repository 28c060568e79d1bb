"""An export's patients and encounters: found in the folder of a dropped file, once they are asked for, and bounded."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.functional.stack import Stack

from notes_pipeline.aws import clients
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.formats.reading import EncounterFacts
from notes_pipeline.models import SourceObject
from notes_pipeline.steps import read_siblings
from notes_pipeline.steps.read_siblings import FolderSiblings

PATIENT = json.dumps({"resourceType": "Patient", "id": "p1", "identifier": [{"system": "urn:mrn", "value": "77"}]})
ENCOUNTER = json.dumps(
    {
        "resourceType": "Encounter",
        "id": "e1",
        "subject": {"reference": "Patient?identifier=urn:mrn|77"},
        "period": {"start": "2031-05-02T09:00:00Z"},
    }
)
FACTS = EncounterFacts(patient_id="p1", began_at="2031-05-02T09:00:00Z")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    read_siblings._read.cache_clear()
    yield
    read_siblings._read.cache_clear()


def beside(stack: Stack, name: str = "ehr/export/DocumentReference.ndjson") -> FolderSiblings:
    return FolderSiblings(Bucket(stack.name("NotesBucket")), SourceObject(bucket="b", key=f"incoming/{name}"))


def count_calls(monkeypatch: pytest.MonkeyPatch, asked: list[str], *names: str) -> None:
    """Have the names of these calls of S3 written down."""

    def counting(name: str) -> Any:
        original = getattr(clients.s3(), name)

        def call(**given: Any) -> Any:
            asked.append(name)
            return original(**given)

        return call

    for name in names:
        monkeypatch.setattr(clients.s3(), name, counting(name))


def test_files_of_the_same_folder_are_read_packed_or_not(stack: Stack) -> None:
    stack.drop("ehr/export/Patient.000.ndjson.gz", gzip.compress(PATIENT.encode()))
    stack.drop("ehr/export/2.Encounter.jsonl", ENCOUNTER)
    stack.drop("ehr/export/Condition.ndjson", "no json")
    found = beside(stack)
    assert found.unread == 0
    assert found.encounter("e1") == FACTS
    assert (found.patient("urn:mrn", "77"), found.patient("urn:mrn", "78"), found.unread) == ("p1", None, 0)


@pytest.mark.parametrize(
    "name", ["ehr/other/DocumentReference.ndjson", "ehr/DocumentReference.ndjson", "ehr/export/DocumentReference.json"]
)
def test_files_of_other_folders_and_single_documents_have_none(stack: Stack, name: str) -> None:
    stack.drop("ehr/export/Patient.ndjson", PATIENT)
    assert beside(stack, name).patient("urn:mrn", "77") is None


def test_nothing_is_asked_of_s3_until_something_is_asked(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    stack.drop("ehr/export/Patient.ndjson", PATIENT)
    count_calls(monkeypatch, asked, "list_objects_v2", "get_object")
    found = beside(stack)
    assert (found.unread, asked) == (0, [])
    assert [found.patient("urn:mrn", "77"), found.encounter("e1")] == ["p1", None]
    assert asked == ["list_objects_v2", "get_object"]
    # The same files beside another part: they are not read again. Others are.
    assert beside(stack).patient("urn:mrn", "77") == "p1"
    assert asked == ["list_objects_v2", "get_object", "list_objects_v2"]
    stack.drop("ehr/export/Patient.ndjson", PATIENT.replace("77", "78"))
    assert beside(stack).patient("urn:mrn", "77") is None


def test_too_much_is_not_read_and_counted_and_no_patient_is_guessed(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.drop("ehr/export/Patient.ndjson", PATIENT)
    stack.drop("ehr/export/Encounter.ndjson.gz", gzip.compress(f"{ENCOUNTER}\n{ENCOUNTER}".encode()))
    monkeypatch.setattr(read_siblings, "MOST_BYTES", len(PATIENT) + len(ENCOUNTER) + 10)
    found = beside(stack)
    assert (found.patient("urn:mrn", "77"), found.encounter("e1"), found.unread) == ("p1", FACTS, 1)
    read_siblings._read.cache_clear()
    monkeypatch.setattr(read_siblings, "MOST_BYTES", len(PATIENT) - 1)
    found = beside(stack)
    assert (found.patient("urn:mrn", "77"), found.encounter("e1"), found.unread) == (None, None, 2)


def test_a_broken_or_vanished_file_is_one_that_was_not_read(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.drop("ehr/export/Patient.ndjson", PATIENT)
    stack.drop("ehr/export/Encounter.0.ndjson.gz", gzip.compress(b" " * 9 + ENCOUNTER.encode())[:-9])
    stack.drop("ehr/export/Encounter.1.ndjson", ENCOUNTER)
    folder = Bucket.folder

    def vanishes(bucket: Bucket, prefix: str) -> object:
        listed = folder(bucket, prefix)
        clients.s3().delete_object(Bucket=bucket.name, Key="incoming/ehr/export/Encounter.1.ndjson")
        return listed

    monkeypatch.setattr(Bucket, "folder", vanishes)
    found = beside(stack)
    assert (found.patient("urn:mrn", "77"), found.unread) == ("p1", 2)


def test_in_a_folder_of_thousands_of_files_those_with_the_usual_names_are_found(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.drop("ehr/export/Patient.ndjson", PATIENT)
    stack.drop("ehr/export/Encounter.ndjson", ENCOUNTER)
    folder = Bucket.folder
    monkeypatch.setattr(Bucket, "folder", lambda bucket, prefix: (folder(bucket, prefix)[0], not prefix.endswith("/")))
    assert beside(stack).encounter("e1") == FACTS


def test_a_file_of_lines_is_staged_with_what_its_siblings_say(stack: Stack) -> None:
    document = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "context": {"encounter": [{"reference": "Encounter/e1"}]},
        "content": [{"attachment": {"contentType": "text/plain", "data": "RmV2ZXIu"}}],
    }
    messages = [
        stack.drop(f"ehr/export/{name}.ndjson", body)
        for name, body in (("Patient", PATIENT), ("Encounter", ENCOUNTER), ("DocumentReference", json.dumps(document)))
    ]
    stack.upload(*messages)
    stack.settle()
    (record,) = stack.records("by_note/")
    assert (record["patient_id"], record["encounter_id"]) == ("p1", "e1")
    assert not stack.iam.refused
