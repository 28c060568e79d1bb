"""FHIR bulk export: a file of lines for each type of resource (https://hl7.org/fhir/uv/bulkdata/)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from note_summarizer.synthetic.rendering import fhir_resources as fhir
from note_summarizer.synthetic.rendering.chart_note import ChartNote, RenderedFile


def render_bulk(notes: Sequence[ChartNote]) -> list[RenderedFile]:
    """Return the notes' documents, their patients and their encounters."""
    patients = {note.patient_id: fhir.patient(note) for note in notes if note.patient_id}
    encounters = {note.encounter_id: fhir.encounter(note) for note in notes if note.encounter_id}
    held = {
        "DocumentReference": [fhir.document_reference(note) for note in notes],
        "Patient": list(patients.values()),
        "Encounter": list(encounters.values()),
    }
    return [RenderedFile(f"{name}.000.ndjson", _lines(resources)) for name, resources in held.items() if resources]


def _lines(resources: Iterable[fhir.Resource]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in resources).encode()
