"""`.txt`: the whole file is one note; its path under the source system is its id.

Lines above it that say whose it is are read where the deployment says which (`ReadingRules.text_headers`).
"""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.charsets import decode
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.core.formats.text_headers import take_headers
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the one note, or why it cannot be used.

    Raises:
        InputError: it is not text.
    """
    text = decode(body, hints.charset, hints.rules.encoding)
    try:
        yield _note(text, hints)
    except RecordError as error:
        yield 1, error


def read_document(body: bytes, hints: Hints) -> Document:
    """Return the document that some plain text is.

    Raises:
        InputError: it is not text.
    """
    return Document(decode(body, hints.charset, hints.rules.encoding))


def _note(text: str, hints: Hints) -> ParsedNote:
    found, rest = take_headers(text, hints.rules.text_headers)
    said = {"note_id": hints.path} | {field: value for field, value in found.items() if value}
    return ParsedNote(record=1, text=usable_text(rest, hints.rules.max_note_bytes), **said)
