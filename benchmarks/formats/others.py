"""What one would read a format with instead: the usual library, called as its first page shows, down to the text.

None of these normalises, checks, finds whose note it is, or says why a record cannot be used.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import itertools
import json
import zipfile
from base64 import b64decode
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import hl7
from striprtf.striprtf import rtf_to_text

Reader = Callable[[bytes], list[str]]
_V3 = "{urn:hl7-org:v3}"


def _csv(body: bytes) -> list[str]:
    return [row["note"] for row in csv.DictReader(io.StringIO(body.decode(), newline=""))]


def _json(body: bytes) -> list[str]:
    return [each["note"] for each in json.loads(body)]


def _json_lines(body: bytes) -> list[str]:
    return [json.loads(line)["note"] for line in body.splitlines()]


def _fhir(kind: str, text: Callable[[Any], str]) -> Reader:
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    return lambda body: [text(model.model_validate_json(body))]


def _fhir_lines(body: bytes) -> list[str]:
    return [text for line in body.splitlines() for text in _REFERENCE(line)]


def _attached(resource: Any) -> str:
    held = resource.content[0].attachment if hasattr(resource, "content") else resource.presentedForm[0]
    return str(held.data.decode())  # the library has undone the base64


def _narrative(bundle: Any) -> str:
    div = ET.fromstring(bundle.entry[0].resource.section[0].text.div)  # noqa: S314 - files that we rendered
    return "".join(div.itertext())


_REFERENCE = _fhir("DocumentReference", _attached)


def _hl7(body: bytes) -> list[str]:
    message = hl7.parse(body.decode())
    return ["\n".join(message.unescape(str(segment[5])) for segment in message["OBX"])]


def _hl7_file(body: bytes) -> list[str]:
    messages = itertools.chain.from_iterable(hl7.parse_file(body.decode()))
    return ["\n".join(each.unescape(str(segment[5])) for segment in each["OBX"]) for each in messages]


def _cda(body: bytes) -> list[str]:
    root = ET.fromstring(body)  # noqa: S314 - files that we rendered
    return ["\n".join("".join(each.itertext()) for each in root.iter(f"{_V3}text"))]


def _cda_data(body: bytes) -> list[str]:
    root = ET.fromstring(body)  # noqa: S314 - files that we rendered
    return [b64decode(each.text or "").decode() for each in root.iter(f"{_V3}text")]


def _fhir_xml(body: bytes) -> list[str]:
    root = ET.fromstring(body)  # noqa: S314 - files that we rendered
    return [b64decode(each.attrib["value"]).decode() for each in root.iter("{http://hl7.org/fhir}data")]


def _fhir_xml_summary(body: bytes) -> list[str]:
    root = ET.fromstring(body)  # noqa: S314 - files that we rendered
    return [each.attrib["value"] for each in root.iter("{http://hl7.org/fhir}summary")]


def _fhir_xml_narrative(body: bytes) -> list[str]:
    root = ET.fromstring(body)  # noqa: S314 - files that we rendered
    return ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/1999/xhtml}div")]


class _Pieces(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep what stands between tags."""
        self.pieces.append(data)


def _html(body: bytes) -> list[str]:
    page = _Pieces()
    page.feed(body.decode())
    return ["".join(page.pieces)]


def _rtf(body: bytes) -> list[str]:
    return [rtf_to_text(body.decode())]


def _zip(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [archive.read(name).decode() for name in archive.namelist()]


# Format → what it is read with, and how.
OTHERS: dict[str, tuple[str, Reader]] = {
    "csv": ("csv.DictReader", _csv),
    "json": ("json.loads", _json),
    "jsonl": ("json.loads, line by line", _json_lines),
    "fhir-document-reference": ("fhir.resources", _REFERENCE),
    "fhir-diagnostic-report": ("fhir.resources", _fhir("DiagnosticReport", _attached)),
    "fhir-composition": ("fhir.resources, ElementTree", _fhir("Bundle", _narrative)),
    "fhir-communication": ("fhir.resources", _fhir("Communication", lambda each: each.payload[0].contentString)),
    "fhir-clinical-impression": ("fhir.resources", _fhir("ClinicalImpression", lambda each: each.summary)),
    "fhir-bulk": ("fhir.resources, line by line", _fhir_lines),
    "fhir-xml": ("ElementTree", _fhir_xml),
    "fhir-xml-composition": ("ElementTree, itertext", _fhir_xml_narrative),
    "fhir-xml-clinical-impression": ("ElementTree", _fhir_xml_summary),
    "hl7-mdm": ("python-hl7", _hl7),
    "hl7-oru": ("python-hl7", _hl7),
    "hl7-batch": ("python-hl7", _hl7_file),
    "cda": ("ElementTree, itertext", _cda),
    "cda-unstructured": ("ElementTree", _cda_data),
    "html": ("html.parser", _html),
    "html-paragraphs": ("html.parser", _html),
    "rtf": ("striprtf", _rtf),
    "zip": ("zipfile", _zip),
    "gzip": ("gzip, json.loads", lambda body: _json_lines(gzip.decompress(body))),
}
