"""`.txt`: the whole file is one note; its path under the source system is its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from notes_pipeline.core.formats.fields import FieldNames, usable_text
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote


def parse_text(text: TextIO, names: FieldNames, path: str) -> Iterator[ParsedNote | tuple[int, RecordError]]:
    """Yield the one note, or why it cannot be used."""
    try:
        yield ParsedNote(record=1, text=usable_text(text.read(), names.max_note_bytes), note_id=path)
    except RecordError as error:
        yield 1, error
