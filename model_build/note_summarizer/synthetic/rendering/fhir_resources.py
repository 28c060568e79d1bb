"""FHIR R4 resources of one note, as JSON has them; elements are in the order of their definitions, which XML needs.

https://hl7.org/fhir/R4/documentreference.html, diagnosticreport.html, communication.html, clinicalimpression.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from note_summarizer.synthetic.rendering.chart_note import ChartNote
from note_summarizer.synthetic.rendering.codes import EXAMPLE_OID, LOINC_URL, loinc_code

Resource = dict[str, Any]
Builder = Callable[[ChartNote], Resource]
_CLASSES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def document_reference(note: ChartNote) -> Resource:
    """Return a document that holds the text as an attachment."""
    encounter = reference("Encounter", note.encounter_id)
    return present(
        resourceType="DocumentReference",
        id=note.note_id,
        status="current",
        type=kind(note),
        subject=reference("Patient", note.patient_id),
        date=note.authored_at,
        content=[{"attachment": _attachment(note)}],
        context={"encounter": [encounter]} if encounter else None,
    )


def diagnostic_report(note: ChartNote) -> Resource:
    """Return a report whose presented form is the text; a code is required of it."""
    return present(
        resourceType="DiagnosticReport",
        id=note.note_id,
        status="final",
        code=kind(note) or {"text": "Report"},
        subject=reference("Patient", note.patient_id),
        encounter=reference("Encounter", note.encounter_id),
        effectiveDateTime=note.authored_at,
        presentedForm=[_attachment(note)],
    )


def communication(note: ChartNote) -> Resource:
    """Return a message that says the text."""
    return present(
        resourceType="Communication",
        id=note.note_id,
        status="completed",
        subject=reference("Patient", note.patient_id),
        topic=kind(note),
        encounter=reference("Encounter", note.encounter_id),
        sent=note.authored_at,
        payload=[{"contentString": note.text}],
    )


def clinical_impression(note: ChartNote) -> Resource:
    """Return an assessment whose summary is the text."""
    return present(
        resourceType="ClinicalImpression",
        id=note.note_id,
        status="completed",
        code=kind(note),
        subject=reference("Patient", note.patient_id),
        encounter=reference("Encounter", note.encounter_id),
        date=note.authored_at,
        summary=note.text,
    )


def patient(note: ChartNote) -> Resource:
    """Return the note's patient, of whom no more is known than the id."""
    identifier = [{"system": f"urn:oid:{EXAMPLE_OID}", "value": note.patient_id}]
    return {"resourceType": "Patient", "id": note.patient_id, "identifier": identifier}


def encounter(note: ChartNote) -> Resource:
    """Return the encounter that the note is of."""
    return present(
        resourceType="Encounter",
        id=note.encounter_id,
        status="finished",
        **{"class": {"system": _CLASSES, "code": "IMP"}},
        subject=reference("Patient", note.patient_id),
        period={"start": note.authored_at} if note.authored_at else None,
    )


def kind(note: ChartNote) -> Resource | None:
    """Return the concept of the note's type: coded if it has a code, in words if not."""
    if note.note_type is None:
        return None
    code = loinc_code(note.note_type)
    if code is None:
        return {"text": note.note_type}
    return {"coding": [{"system": LOINC_URL, "code": code, "display": note.note_type}]}


def reference(resource_type: str, identifier: str | None) -> Resource | None:
    """Return a reference to a resource, None to none."""
    return {"reference": f"{resource_type}/{identifier}"} if identifier else None


def present(**elements: Any) -> Resource:
    """Return the elements that are there."""
    return {name: value for name, value in elements.items() if value is not None}


def _attachment(note: ChartNote) -> Resource:
    return {"contentType": "text/plain; charset=utf-8", "data": b64encode(note.text.encode()).decode()}
