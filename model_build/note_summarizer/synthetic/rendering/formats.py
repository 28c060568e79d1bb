"""All formats by what the command line calls them, and notes to render."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

from note_summarizer.synthetic.partition import Split
from note_summarizer.synthetic.rendering import (
    archives,
    cda,
    fhir_bulk,
    fhir_json,
    fhir_xml,
    hl7,
    html_pages,
    named_fields,
    plain_text,
    rtf,
)
from note_summarizer.synthetic.rendering.chart_note import ChartNote, Renderer
from note_summarizer.synthetic.write_note import write_pair

FORMATS: Mapping[str, Renderer] = {
    "text": plain_text.render_text,
    "text-headed": plain_text.render_headed_text,
    "csv": named_fields.render_csv,
    "json": named_fields.render_json,
    "jsonl": named_fields.render_json_lines,
    "fhir-document-reference": fhir_json.render_document_references,
    "fhir-diagnostic-report": fhir_json.render_diagnostic_reports,
    "fhir-composition": fhir_json.render_compositions,
    "fhir-communication": fhir_json.render_communications,
    "fhir-clinical-impression": fhir_json.render_clinical_impressions,
    "fhir-bulk": fhir_bulk.render_bulk,
    "fhir-xml": fhir_xml.render_document_references,
    "fhir-xml-composition": fhir_xml.render_compositions,
    "fhir-xml-clinical-impression": fhir_xml.render_clinical_impressions,
    "hl7-mdm": hl7.render_mdm,
    "hl7-oru": hl7.render_oru,
    "hl7-batch": hl7.render_batch,
    "hl7-mllp": hl7.render_mllp,
    "cda": cda.render_structured,
    "cda-unstructured": cda.render_unstructured,
    "html": html_pages.render_preformatted,
    "html-paragraphs": html_pages.render_paragraphs,
    "rtf": rtf.render_rtf,
    "zip": archives.render_zip,
    "gzip": archives.render_gzip,
}
_NOTE_TYPES = {
    "ed": "ED note",
    "admission": "Admission note",
    "nursing": "Nursing note",
    "progress": "Progress note",
    "discharge": "Discharge summary",
    "imaging": "Imaging report",
}
_FIRST = datetime(2031, 1, 1, 8, 0, tzinfo=UTC)


def draw_notes(seed: int, count: int, split: Split = "validation", min_bytes: int = 0) -> Iterator[ChartNote]:
    """Yield synthetic notes with invented identities, the same for the same arguments.

    Args:
        min_bytes: texts are drawn, and put behind each other, until a note has so many.
    """
    rng = Random(seed)
    for number in range(1, count + 1):
        pair = write_pair(rng, split)
        texts = [pair.note]
        while len("\n\n".join(texts).encode()) < min_bytes:
            texts.append(write_pair(rng, split).note)
        yield ChartNote(
            text="\n\n".join(texts),
            note_id=f"N{seed}-{number:06}",
            patient_id=f"P{rng.randrange(10_000):05}",
            encounter_id=f"E{seed}-{number:06}",
            note_type=_NOTE_TYPES[pair.note_type],
            authored_at=(_FIRST + timedelta(minutes=rng.randrange(500_000))).isoformat(),
        )
