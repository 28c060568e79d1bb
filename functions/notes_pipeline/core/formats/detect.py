"""What a file is: by how it begins; if that does not say, by its extension; and then by its content type."""

from __future__ import annotations

import codecs
import json
import re
from enum import StrEnum
from pathlib import PurePosixPath

from notes_pipeline.core.formats.file_signs import kind_of_binary
from notes_pipeline.errors import FileError

# So much of a file, unpacked, is looked at.
HEAD_BYTES = 65_536


class Form(StrEnum):
    """A format; its value is the name of the module that reads it."""

    TEXT = "text"
    CSV = "csv_rows"
    JSON = "json_records"
    JSON_LINES = "json_lines"
    FHIR_XML = "fhir.xml"
    CDA = "cda"
    HL7 = "hl7"
    HTML = "html"
    RTF = "rtf"
    ZIP = "zip_archive"
    PDF = "pdf"


EXTENSIONS = {
    ".txt": Form.TEXT,
    ".text": Form.TEXT,
    ".csv": Form.CSV,
    ".tsv": Form.CSV,
    ".json": Form.JSON,
    ".jsonl": Form.JSON_LINES,
    ".ndjson": Form.JSON_LINES,
    ".xml": Form.CDA,
    ".cda": Form.CDA,
    ".ccda": Form.CDA,
    ".hl7": Form.HL7,
    ".mllp": Form.HL7,
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".xhtml": Form.HTML,
    ".rtf": Form.RTF,
    ".zip": Form.ZIP,
    ".pdf": Form.PDF,
}
MEDIA_TYPES = {
    "text/plain": Form.TEXT,
    "text/csv": Form.CSV,
    "text/tab-separated-values": Form.CSV,
    "application/json": Form.JSON,
    "application/fhir+json": Form.JSON,
    "application/fhir+ndjson": Form.JSON_LINES,
    "application/x-ndjson": Form.JSON_LINES,
    "application/ndjson": Form.JSON_LINES,
    "application/jsonlines": Form.JSON_LINES,
    "application/fhir+xml": Form.FHIR_XML,
    "application/hl7-sda+xml": Form.CDA,
    "application/cda+xml": Form.CDA,
    "x-application/hl7-v2+er7": Form.HL7,
    "application/hl7-v2": Form.HL7,
    "text/html": Form.HTML,
    "application/xhtml+xml": Form.HTML,
    "application/rtf": Form.RTF,
    "text/rtf": Form.RTF,
    "application/zip": Form.ZIP,
    "application/pdf": Form.PDF,
}
_GZIP = b"\x1f\x8b"
_SIGNS: tuple[tuple[bytes, Form], ...] = (
    (b"PK\x03\x04", Form.ZIP),
    (b"PK\x05\x06", Form.ZIP),
    (rb"{\rtf", Form.RTF),
)
# Readers look for a PDF's sign in its first 1,024 bytes (ISO 32000-1, H.3); in a line of text it is a word of it.
_PDF = re.compile(rb"(?:\A|[\r\n\x00])[ \t]*(?:\xef\xbb\xbf)?%PDF-\d")
_PDF_BYTES = 1_024
# Another separator than | must stand behind the other signs again: "MSH: seen by Mount Sinai" is a text.
_HL7 = re.compile(r"[\x0b\s]*(?:MSH|FHS|BHS)(?:\||([^\w\s])[^\w\s]{2,5}\1)")
# A text may begin with a box to tick: [ ] smoker.
_JSON = re.compile(r"\s*(?:\{\s*\"|\[\s*\{\s*\"|(?:\{\s*\}|\[(?:\s*\{\s*\},?)*\s*\])\s*\Z)")
_XML = re.compile(r"\s*<(?:[?!]|[A-Za-z_])")
# Atomic groups: what stands before a root element is read once, however much of it there is.
_BEFORE = r"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+"
_ROOT = re.compile(rf"{_BEFORE}<(?:[\w.-]+:)?([\w.-]+)([^>]*)", re.S | re.I)
_HTML = re.compile(r"(?>\s|<!--.*?-->|<\?.*?\?>)*+<(?:!doctype\s+html|html|head|body)\b", re.S | re.I)
_FRAGMENTS = frozenset(
    {"div", "p", "span", "table", "br", "pre", "h1", "h2", "h3", "ul", "ol", "font", "b", "i", "center"}
)


def is_gzip(head: bytes) -> bool:
    """Say whether a file begins as gzip files do."""
    return head.startswith(_GZIP)


def detect(path: str, head: bytes, media_type: str = "") -> Form:
    """Return the format of a file.

    Args:
        head: its first bytes, unpacked if it is gzipped; `HEAD_BYTES` are enough.
        media_type: content type it was uploaded with.

    Raises:
        FileError: it is of no format that is read here; the reason says what it is instead, if that is known.
    """
    found = _by_content(path, head[:HEAD_BYTES])
    by_name = EXTENSIONS.get(extension(path)) or MEDIA_TYPES.get(media_type.lower().partition(";")[0].strip())
    if found or by_name:
        return found or by_name or Form.TEXT
    known = ", ".join(EXTENSIONS)
    raise FileError("UnknownFormat", f"its format is not known: send one of {known} (each may be gzipped, .gz)")


def form_of(path: str, head: bytes, media_type: str = "") -> Form | None:
    """Return the format of a file as `detect` does, None for one that is not read here."""
    try:
        return detect(path, head, media_type)
    except FileError:
        return None


def extension(path: str) -> str:
    """Return a file's extension in lower case, without that of its compression."""
    return PurePosixPath(path.lower().removesuffix(".gz")).suffix


def _by_content(path: str, head: bytes) -> Form | None:
    if _PDF.search(head[:_PDF_BYTES]):
        return Form.PDF
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    signs = [form for sign, form in _SIGNS if start.startswith(sign)]
    if signs:
        return signs[0]
    what = kind_of_binary(head)
    if what:
        raise FileError("UnknownFormat", f"it is {what}: export its text")
    text = _head_text(head)
    if _HL7.match(text):
        return Form.HL7
    if _JSON.match(text):
        return _json_form(path, text)
    return _markup_form(path, text) if _XML.match(text) else None


def _head_text(head: bytes) -> str:
    """Return the first characters; which they are outside of ASCII does not matter here."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(name, "replace")
    if head[1:2] == b"\0" and head[:1] != b"\0":
        return head.decode("utf-16-le", "replace")
    if head[:1] == b"\0" and head[1:2] != b"\0":
        return head.decode("utf-16-be", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _json_form(path: str, text: str) -> Form:
    """Tell a document from lines: of lines, the first is an object by itself, and there are more."""
    first, _, rest = text.lstrip().partition("\n")
    if EXTENSIONS.get(extension(path)) is Form.JSON_LINES:
        is_list = first.startswith("[") and not rest.strip()
        return Form.JSON if is_list or first.strip() in ("{", "[") else Form.JSON_LINES
    try:
        is_line = isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        is_line = False
    return Form.JSON_LINES if is_line and rest.strip() else Form.JSON


def _markup_form(path: str, text: str) -> Form | None:
    if _HTML.match(text):
        return Form.HTML
    found = _ROOT.match(text)
    name, attributes = (found[1], found[2]) if found else ("", "")
    if name == "ClinicalDocument":
        return Form.CDA
    if "http://hl7.org/fhir" in attributes:
        return Form.FHIR_XML
    by_name = EXTENSIONS.get(extension(path))
    if name.lower() == "html" or (by_name is not Form.TEXT and name.lower() in _FRAGMENTS):
        return Form.HTML
    return Form.CDA if text.lstrip().startswith("<?xml") else None
