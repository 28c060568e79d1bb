"""`.jsonl` and `.ndjson` (one object a line) and `.json` (an object, a list, or `{"notes": [...]}`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from notes_pipeline.core.formats.fields import FieldNames, note_from_fields
from notes_pipeline.errors import FileError, RecordError
from notes_pipeline.models import ParsedNote

Parsed = ParsedNote | tuple[int, RecordError]


def parse_json_line(number: int, line: bytes, names: FieldNames) -> Parsed:
    """Return the note of a line, or why it cannot be used."""
    try:
        record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (ValueError, RecursionError):
        return number, RecordError("BrokenJson", "the line is not valid JSON: write one whole object a line")
    return _from_record(number, record, names)


def parse_json(text: TextIO, names: FieldNames, _: str) -> Iterator[Parsed]:
    """Yield the notes of a JSON document, or why a record cannot be used.

    Raises:
        FileError: the document is not JSON.
    """
    try:
        document = json.load(text)
    except (ValueError, RecursionError):
        raise FileError("BrokenJson", "it is not valid JSON: export it again, or send JSON Lines") from None
    if isinstance(document, dict) and isinstance(document.get("notes"), list):
        document = document["notes"]
    for number, record in enumerate(document if isinstance(document, list) else [document], start=1):
        yield _from_record(number, record, names)


def _from_record(number: int, record: object, names: FieldNames) -> Parsed:
    if not isinstance(record, dict):
        return number, RecordError("NotAnObject", f'it is not an object: write {{"{names.note}": "..."}}')
    try:
        return note_from_fields(number, record, names)
    except RecordError as error:
        return number, error
