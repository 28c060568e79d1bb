"""CDA R2 documents as C-CDA has them, the text in a section or in a body that is no XML."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from note_summarizer.synthetic.rendering.chart_note import ChartNote, one_each
from note_summarizer.synthetic.rendering.codes import EXAMPLE_OID, LOINC_OID, hl7_time, loinc_code

# US Realm Header, and Unstructured Document, of C-CDA R2.1.
_HEADER_TEMPLATE = "2.16.840.1.113883.10.20.22.1.1"
_UNSTRUCTURED_TEMPLATE = "2.16.840.1.113883.10.20.22.1.10"
_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="{template}"/>
  <id root="{oid}" extension="{note_id}"/>
  {code}
  <title>{title}</title>{time}
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>{patient}{encounter}
  <component>{body}</component>
</ClinicalDocument>
"""


def structured(note: ChartNote) -> str:
    """Return a document with one section, whose narrative has a paragraph for what stands between empty lines."""
    blocks = escape(note.text, quote=False).split("\n\n")
    narrative = "".join(f"<paragraph>{block}</paragraph>" for block in blocks).replace("\n", "<br/>")
    section = f"<section>{_code(note)}<text>{narrative}</text></section>"
    return _document(note, _HEADER_TEMPLATE, f"<structuredBody><component>{section}</component></structuredBody>")


def unstructured(note: ChartNote) -> str:
    """Return a document whose body is the text, in base64."""
    data = b64encode(note.text.encode()).decode()
    body = f'<nonXMLBody><text mediaType="text/plain" representation="B64">{data}</text></nonXMLBody>'
    return _document(note, _UNSTRUCTURED_TEMPLATE, body)


def _document(note: ChartNote, template: str, body: str) -> str:
    return _DOCUMENT.format(
        template=template,
        oid=EXAMPLE_OID,
        note_id=escape(note.note_id),
        code=_code(note),
        title=escape(note.note_type or "Note", quote=False),
        time=_time(note),
        patient=_patient(note),
        encounter=_encounter(note),
        body=body,
    )


def _code(note: ChartNote) -> str:
    name, code = escape(note.note_type or "Note"), loinc_code(note.note_type)
    if code is None:
        return f'<code nullFlavor="OTH"><originalText>{name}</originalText></code>'
    return f'<code code="{code}" codeSystem="{LOINC_OID}" codeSystemName="LOINC" displayName="{name}"/>'


def _time(note: ChartNote) -> str:
    return f'\n  <effectiveTime value="{hl7_time(note.authored_at)}"/>' if note.authored_at else ""


def _patient(note: ChartNote) -> str:
    held = escape(note.patient_id or "")
    role = f'<patientRole><id root="{EXAMPLE_OID}.1" extension="{held}"/></patientRole>'
    return f"\n  <recordTarget>{role}</recordTarget>" if held else ""


def _encounter(note: ChartNote) -> str:
    held, when = escape(note.encounter_id or ""), _time(note).strip()
    inner = f'<encompassingEncounter><id root="{EXAMPLE_OID}.2" extension="{held}"/>{when}</encompassingEncounter>'
    return f"\n  <componentOf>{inner}</componentOf>" if held else ""


render_structured = one_each(".xml", structured)
render_unstructured = one_each(".xml", unstructured)
