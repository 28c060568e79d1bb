"""FHIR as JSON: a resource a file, or a document bundle a file."""

from __future__ import annotations

import json
from html import escape

from note_summarizer.synthetic.rendering import fhir_resources as fhir
from note_summarizer.synthetic.rendering.chart_note import ChartNote, Renderer, one_each
from note_summarizer.synthetic.rendering.codes import EXAMPLE_OID

_PAGES = "http://www.w3.org/1999/xhtml"


def composition_bundle(note: ChartNote) -> fhir.Resource:
    """Return a document: a composition with the text as the narrative of its one section, and what it refers to.

    The text is preformatted, since a narrative is XHTML, where spaces and line ends are one space else.
    """
    div = f'<div xmlns="{_PAGES}"><pre>{escape(note.text, quote=False)}</pre></div>'
    composition = fhir.present(
        resourceType="Composition",
        id=note.note_id,
        status="final",
        type=fhir.kind(note) or {"text": "Note"},
        subject=fhir.reference("Patient", note.patient_id),
        encounter=fhir.reference("Encounter", note.encounter_id),
        date=note.authored_at,
        author=[{"display": "A. Clinician"}],
        title=note.note_type or "Note",
        section=[{"text": {"status": "additional", "div": div}}],
    )
    held = [composition]
    held += [fhir.patient(note)] if note.patient_id else []
    held += [fhir.encounter(note)] if note.encounter_id else []
    return fhir.present(
        resourceType="Bundle",
        identifier={"system": f"urn:oid:{EXAMPLE_OID}", "value": note.note_id},
        type="document",
        timestamp=note.authored_at,
        entry=[
            {"fullUrl": f"http://example.org/{each['resourceType']}/{each['id']}", "resource": each} for each in held
        ],
    )


def _files(build: fhir.Builder) -> Renderer:
    return one_each(".json", lambda note: json.dumps(build(note), ensure_ascii=False, indent=1))


render_document_references = _files(fhir.document_reference)
render_diagnostic_reports = _files(fhir.diagnostic_report)
render_communications = _files(fhir.communication)
render_clinical_impressions = _files(fhir.clinical_impression)
render_compositions = _files(composition_bundle)
