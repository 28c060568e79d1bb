"""Files of the formats that hospitals export, good and broken, each place of which has a mark of its own."""

import base64
import gzip
import json
from typing import Any

from tests.functional.canaries import Canaries
from tests.functional.canary_archives import archives
from tests.functional.canary_documents import documents, hl7_files, pdf_file

Files = dict[str, bytes]


def exported_files(canaries: Canaries) -> Files:
    """Files by name; marks whose place begins with `note-` or `note_id-` are of notes, which a console may show."""
    return {
        **_fhir(canaries),
        **_fhir_xml(canaries),
        **hl7_files(canaries),
        **documents(canaries),
        **archives(canaries),
    }


def _data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _document(canaries: Canaries, name: str, attachment: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": canaries.mark(f"note_id-{name}"),
        "status": "current",
        "type": {"text": canaries.mark(f"type-{name}"), "coding": [{"system": canaries.mark(f"system-{name}")}]},
        "subject": {"reference": f"Patient/{canaries.mark(f'patient-{name}')}", "display": canaries.mark(f"dn-{name}")},
        "context": {"encounter": [{"reference": f"Encounter/{canaries.mark(f'encounter-{name}')}"}]},
        "date": canaries.mark(f"date-{name}"),
        "content": [{"attachment": attachment}],
    }


def _resources(canaries: Canaries) -> list[Any]:
    """Resources of which one is a note, and all that can be wrong with the others."""
    mark, text = canaries.mark, canaries.text
    strange = f"text/plain; charset={mark('charset')}"
    attachments: dict[str, dict[str, Any]] = {
        "fhir": {"contentType": "text/plain", "data": _data(text("note-fhir"))},
        "picture": {"contentType": mark("content-type"), "data": _data(text("picture") + "\0\1\2")},
        "no-base64": {"contentType": "text/plain", "data": f"*{text('no-base64')}*"},
        "hashed": {"contentType": "text/plain", "data": _data(text("note-hashed")), "hash": mark("hash"), "size": 7},
        "elsewhere": {"contentType": "text/plain", "url": f"https://{mark('host')}.example.org/{mark('path')}"},
        "charset": {
            "contentType": strange,
            "data": _data(text("note-charset") + " é"),
        },
        "pdf": {"contentType": "application/pdf", "data": base64.b64encode(pdf_file(canaries, "fhir-pdf")).decode()},
        "rtf": {"contentType": "application/rtf", "data": _data(rf"{{\rtf1\ansi {text('fhir-rtf')}")},
        "cda": {"contentType": "text/xml", "data": _data(f"<ClinicalDocument><title>{text('fhir-cda')}")},
        "html": {"contentType": "text/html", "data": _data(f"<html><title>{text('fhir-html')}</title></html>")},
    }
    name = [{"family": mark("family"), "given": [mark("given")]}]
    patient = {"resourceType": "Patient", "id": mark("person"), "name": name, "identifier": [{"value": mark("mrn")}]}
    return [
        *(_document(canaries, name, attachment) for name, attachment in attachments.items()),
        patient,
        {"resourceType": "Observation", "valueString": text("observation"), "subject": {"reference": mark("subject")}},
        {"resourceType": mark("resource-type"), "text": {"div": text("unknown-type")}},
        {"resourceType": "Composition", "title": text("composition"), "section": [{"title": mark("section")}]},
        {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": text("report")}, "conclusion": " "},
        {"resourceType": "DocumentReference", mark("element"): [mark("value")], "content": mark("content")},
    ]


def _fhir(canaries: Canaries) -> Files:
    resources = _resources(canaries)
    entries: list[Any] = [{"fullUrl": f"urn:uuid:{canaries.mark('urn')}", "resource": each} for each in resources]
    entries += [
        canaries.text("entry"),
        {"resource": {"id": canaries.mark("typeless")}},
        {canaries.mark("entry-field"): 1},
        {"request": {"method": canaries.mark("method"), "url": canaries.mark("request-url")}},
        {"request": {"method": "DELETE", "url": f"Patient/{canaries.mark('deleted')}"}},
    ]
    links = [{"relation": "self", "url": f"https://x.example.org/Patient/{canaries.mark('link')}"}]
    bundle = {"resourceType": "Bundle", "type": canaries.mark("bundle-type"), "link": links, "entry": entries}
    lines = "".join(json.dumps(each) + "\n" for each in resources)
    return {
        "bundle.json": json.dumps(bundle).encode(),
        "export.ndjson": (
            lines + f'{{"resourceType": "{canaries.mark("cut-type")}", "x": "{canaries.mark("cut")}'
        ).encode(),
        "no-extension": lines.encode(),
        "gzip-without-its-name": gzip.compress(lines.encode()),
    }


def _fhir_xml(canaries: Canaries) -> Files:
    mark, text = canaries.mark, canaries.text
    doctype = f'<!DOCTYPE {mark("doctype")} [<!ENTITY {mark("entity")} "{text("entity-text")}">]>'
    declaration = f'<?xml version="1.0" encoding="{mark("xml-charset")}"?>'
    head = '<Bundle xmlns="http://hl7.org/fhir"><entry><resource>'
    good = (
        f'<DocumentReference><id value="{mark("note_id-fhir-xml")}"/>'
        f'<subject><reference value="Patient/{mark("xml-p")}"/></subject>'
        f'<content><attachment><data value="{_data(text("note-fhir-xml"))}"/></attachment></content>'
        f"</DocumentReference></resource></entry>"
        f"<entry><{mark('xml-tag')}>{text('xml-entry')}</{mark('xml-tag')}></entry>"
    )
    return {
        "good.xml": f"{head}{good}</Bundle>".encode(),
        "cut.xml": f'{head}<Patient><name value="{mark("xml-cut")}"'.encode(),
        "crossed.xml": f"{head}<{mark('opened')}>{text('crossed')}</{mark('closed')}>".encode(),
        "entity.xml": f"{doctype}{head}".encode(),
        "other.xml": f'<?xml version="1.0"?><{mark("root")}>{text("root-text")}</{mark("root")}>'.encode(),
        "charset.xml": f"{declaration}{head}{text('xml-charset-text')}".encode(),
    }
