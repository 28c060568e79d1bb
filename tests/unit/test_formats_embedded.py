"""A document inside of another is read as it is by itself: attached to FHIR, in a field of HL7 v2, as a CDA's body."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable

import pytest

from note_summarizer.synthetic.rendering import cda, fhir_resources, hl7
from note_summarizer.synthetic.rendering.chart_note import ChartNote
from note_summarizer.synthetic.rendering.formats import FORMATS, draw_notes
from notes_pipeline.core.formats.parse_file import parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.models import ParsedNote

NOTES = list(draw_notes(seed=11, count=3, min_bytes=400))
KINDS = {
    "text": "text/plain",
    "html": "text/html",
    "html-paragraphs": "application/xhtml+xml",
    "rtf": "application/rtf",
    "cda": "application/xml",
}


def in_fhir(note: ChartNote, media: str, body: bytes) -> tuple[str, str]:
    resource = fhir_resources.document_reference(note)
    resource["content"] = [{"attachment": {"contentType": media, "data": b64encode(body).decode()}}]
    return "n.json", json.dumps(resource)


def in_hl7(note: ChartNote, media: str, body: bytes) -> tuple[str, str]:
    family, _, subtype = media.partition("/")
    field = f"^{family}^{subtype}^Base64^{b64encode(body).decode()}"
    before, _, _ = hl7.mdm_t02(note).partition("OBX|")
    return "n.hl7", f"{before}OBX|1|ED|18842-5^Note^LN||{field}||||||F\r"


def in_cda(note: ChartNote, media: str, body: bytes) -> tuple[str, str]:
    held = f'<text mediaType="{media}" representation="B64">{b64encode(body).decode()}</text>'
    return "n.xml", re.sub(r"<text .*</text>", held, cda.unstructured(note))


# A CDA that is the body of another is refused: the inner one is the document.
PAIRS = [(hold, name) for hold in (in_fhir, in_hl7, in_cda) for name in KINDS if (hold, name) != (in_cda, "cda")]


@pytest.mark.parametrize(("hold", "name"), PAIRS)
def test_a_document_inside_of_another_says_what_it_says_alone(
    hold: Callable[[ChartNote, str, bytes], tuple[str, str]], name: str
) -> None:
    for note, file in zip(NOTES, FORMATS[name](NOTES), strict=True):
        outer, text = hold(note, KINDS[name], file.body)
        (found,) = parse_file(f"incoming/ward/{outer}", text.encode(), ReadingRules())
        assert isinstance(found, ParsedNote), found
        assert found.text == note.text
        assert (found.patient_id, found.encounter_id) == (note.patient_id, note.encounter_id)
        assert (found.note_type, found.authored_at) == (note.note_type, note.authored_at)
