"""JSON Lines (one object a line) and JSON documents (an object, a list, or `{"notes": [...]}`).

An object is a note with named fields, or a FHIR resource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.fields import note_from_fields
from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import FileError, RecordError

# A value is some hundred bytes of memory, however few it is written with: 100 MB of the densest FHIR has four million
# commas and brackets and takes 0.8 GB, and as much of `{},{},` would take three.
MAX_VALUES = 5_000_000
_DENSE_BYTES = 1_000_000


def parse_line(number: int, line: bytes, hints: Hints) -> Item:
    """Return the note of a line, or why it cannot be used."""
    if len(line) > _DENSE_BYTES and holds_too_many_values(line):
        return number, RecordError("TooManyValues", f"the line holds over {MAX_VALUES:,} values: it is no note")
    try:
        record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError):
        return number, RecordError("BrokenJson", "the line is not valid JSON: write one whole object a line")
    return _from_record(number, record, hints)


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the notes of a JSON document, or why a record cannot be used.

    Raises:
        InputError: it is not text, or the document is not JSON.
    """
    if holds_too_many_values(body):
        raise FileError("TooManyValues", f"it holds over {MAX_VALUES:,} values: split it, or send JSON Lines")
    text = open_text(body, hints.charset, hints.rules.encoding)
    try:
        document = json.load(text)
    except (ValueError, RecursionError):
        raise FileError("BrokenJson", "it is not valid JSON: export it again, or send JSON Lines") from None
    if _is_resource(document, hints):
        from notes_pipeline.core.formats.fhir.documents import read_resources

        yield from read_resources(document, hints)
        return
    if isinstance(document, dict) and isinstance(document.get("notes"), list):
        document = document["notes"]
    for number, record in enumerate(document if isinstance(document, list) else [document], start=1):
        yield _from_record(number, record, hints)


def holds_too_many_values(body: bytes) -> bool:
    """Say whether some JSON would take more memory than there is: by its commas and brackets, those of texts too."""
    return sum(body.count(sign) for sign in (b",", b"{", b"[")) > MAX_VALUES


def _from_record(number: int, record: object, hints: Hints) -> Item:
    if not isinstance(record, dict):
        return number, RecordError("NotAnObject", f'it is not an object: write {{"{hints.rules.note}": "..."}}')
    if _is_resource(record, hints):
        from notes_pipeline.core.formats.fhir.documents import read_resource

        return read_resource(number, record, hints)
    try:
        return note_from_fields(number, record, hints.rules)
    except RecordError as error:
        return number, error


def _is_resource(record: object, hints: Hints) -> bool:
    """Say whether an object is a FHIR resource: it says of what type, and has no text of a note (FHIR's are lists)."""
    if not isinstance(record, Mapping) or not isinstance(record.get("resourceType"), str):
        return False
    fields: Mapping[str, Any] = record
    texts = [name for name, value in fields.items() if isinstance(value, str)]
    return all(str(name).strip().lower() != hints.rules.note.lower() for name in texts)
