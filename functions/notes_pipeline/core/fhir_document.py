"""A summary as a FHIR R4 DocumentReference (https://hl7.org/fhir/R4/documentreference.html)."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from notes_pipeline.records import SummaryRecord

# A document of a patient's record, without a closer type: LOINC's own summaries (34133-9, 67781-5) are of an episode or
# an encounter, and this one is of a single note of whatever kind. What it was made from, `relatesTo` names.
_TYPE = {"system": "http://loinc.org", "code": "11503-0", "display": "Medical records"}
_NOTE_IDS = "urn:chartbrief:note"
_REVIEW = {"system": "urn:chartbrief:review", "code": "needs-review", "display": "A person should read this summary"}
_EXTRACT = {"system": "urn:chartbrief:summary-kind", "code": "extract", "display": "Sentences of the source document"}


def to_document_reference(record: SummaryRecord) -> dict[str, Any]:
    """Return a record as a DocumentReference: preliminary, about the patient, transformed from the source document.

    Patient, encounter and source document are logical references, by identifier: which system their numbers belong to
    is the hospital's to add. The summary is in it as plain text; the note is not.
    """
    body = record.summary.encode()
    tags = [_REVIEW] * record.needs_review + [_EXTRACT] * (record.summary_kind == "extract")
    document: dict[str, Any] = {
        "resourceType": "DocumentReference",
        "id": f"{record.note_uid}-{record.content_sha256[:16]}",
        "identifier": [{"system": _NOTE_IDS, "value": f"{record.note_uid}/{record.content_sha256}"}],
        "status": "superseded" if record.status == "superseded" else "current",
        "docStatus": "preliminary",
        "type": {"coding": [_TYPE], "text": "Machine-made summary of a clinical note"},
        "date": record.summarized_at,
        "author": [{"type": "Device", "display": f"chartbrief, model {record.model.name} {record.model.version}"}],
        "relatesTo": [{"code": "transforms", "target": _by_identifier("DocumentReference", record.note_id)}],
        "content": [{"attachment": _attachment(body, record)}],
    }
    if tags:
        document["meta"] = {"tag": tags}
    if record.patient_id:
        document["subject"] = _by_identifier("Patient", record.patient_id)
    if record.encounter_id:
        document["context"] = {"encounter": [_by_identifier("Encounter", record.encounter_id)]}
    return document


def _attachment(body: bytes, record: SummaryRecord) -> dict[str, Any]:
    return {
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(body).decode("ascii"),
        "size": len(body),
        # FHIR R4 defines the attachment's hash as SHA-1; it tells of damage, not of forgery.
        "hash": base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii"),
        "title": "Summary",
        "creation": record.summarized_at,
    }


def _by_identifier(kind: str, value: str) -> dict[str, Any]:
    return {"type": kind, "identifier": {"value": value}}
