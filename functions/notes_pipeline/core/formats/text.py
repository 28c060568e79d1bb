"""`.txt`: the whole file is one note; its path under the source system is its id."""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.charsets import decode
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the one note, or why it cannot be used.

    Raises:
        InputError: it is not text.
    """
    text = decode(body, hints.charset, hints.rules.encoding)
    try:
        yield ParsedNote(record=1, text=usable_text(text, hints.rules.max_note_bytes), note_id=hints.path)
    except RecordError as error:
        yield 1, error


def read_document(body: bytes, hints: Hints) -> Document:
    """Return the document that some plain text is.

    Raises:
        InputError: it is not text.
    """
    return Document(decode(body, hints.charset, hints.rules.encoding))
