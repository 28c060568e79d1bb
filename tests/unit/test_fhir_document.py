"""A summary as a FHIR R4 document.

Validated with the R4B classes of fhir.resources: R4B left DocumentReference as R4 has it. What those classes do not
look at (value sets with a required binding, the shape of ids) is held against the R4 specification's lists here.
"""

import base64
import hashlib
import re

import pytest
from fhir.resources.R4B.documentreference import DocumentReference
from tests.unit.published_records import SHA, SUMMARY, UID, bare, record, rejected

from notes_pipeline.core.fhir_document import to_document_reference
from notes_pipeline.records import SummaryRecord

# https://hl7.org/fhir/R4/valueset-document-reference-status.html, …composition-status.html,
# …document-relationship-type.html
STATUS = {"current", "superseded", "entered-in-error"}
DOC_STATUS = {"preliminary", "final", "amended", "entered-in-error"}
RELATIONS = {"replaces", "transforms", "signs", "appends"}
# https://hl7.org/fhir/R4/datatypes.html
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
OLD = record(status="superseded", superseded_by="6" * 64)


@pytest.mark.parametrize("given", [record(), bare(), rejected(), OLD], ids=["full", "bare", "rejected", "superseded"])
def test_it_is_a_document_reference(given: SummaryRecord) -> None:
    document = to_document_reference(given)
    read = DocumentReference.model_validate(document)
    assert read.content[0].attachment.data.decode() == given.summary
    assert document["status"] in STATUS
    assert document["docStatus"] in DOC_STATUS
    assert {relation["code"] for relation in document["relatesTo"]} <= RELATIONS
    assert ID.fullmatch(document["id"])
    assert INSTANT.fullmatch(document["date"])
    assert CODE.fullmatch(document["content"][0]["attachment"]["contentType"])


def test_it_holds_the_summary_and_tells_damage() -> None:
    attachment = to_document_reference(record())["content"][0]["attachment"]
    body = base64.b64decode(attachment["data"])
    assert body.decode() == SUMMARY
    assert attachment["size"] == len(body) == len(SUMMARY.encode())
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(body).digest()


def test_it_is_about_a_patient_an_encounter_and_a_source() -> None:
    document = to_document_reference(record())
    assert document["subject"] == {"type": "Patient", "identifier": {"value": "P-1"}}
    assert document["context"] == {"encounter": [{"type": "Encounter", "identifier": {"value": "E-1"}}]}
    source = {"type": "DocumentReference", "identifier": {"value": "N-1"}}
    assert document["relatesTo"] == [{"code": "transforms", "target": source}]
    assert not {"subject", "context", "meta"} & to_document_reference(bare()).keys()


def test_it_is_preliminary_and_says_what_a_person_should_know() -> None:
    tags = [tag["code"] for tag in to_document_reference(rejected())["meta"]["tag"]]
    assert tags == ["needs-review", "extract"]
    assert to_document_reference(record())["docStatus"] == "preliminary"
    assert (to_document_reference(record())["status"], to_document_reference(OLD)["status"]) == (
        "current",
        "superseded",
    )


def test_its_id_is_the_notes_and_the_versions() -> None:
    first, again = to_document_reference(record()), to_document_reference(record())
    assert first == again
    assert first["id"] == f"{UID}-{SHA[:16]}"
    assert to_document_reference(record(content_sha256="7" * 64))["id"] != first["id"]
