"""`.rtf`: the document is one note, as a reader sees it; its path under the source system is its id.

Read by `rich_text` and not by the striprtf package, which reads "μg" as "mg" where a document has the μ of the font
Symbol, shows hidden text, takes DOS and Macintosh characters for those of Windows, and a cut-off file for a whole one.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from notes_pipeline.core.formats.charsets import decode
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.core.formats.rich_text.reader import text_of_rtf
from notes_pipeline.core.formats.rich_text.tokens import broken
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote

_SIGN = rb"{\rtf"
_BEFORE = codecs.BOM_UTF8 + b"\0 \t\r\n"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the one note, or why it cannot be used.

    Raises:
        InputError: it is no whole RTF, or some of it cannot be read.
    """
    text = _text(body)
    try:
        yield ParsedNote(record=1, text=usable_text(text, hints.rules.max_note_bytes), note_id=hints.path)
    except RecordError as error:
        yield 1, error


def read_document(body: bytes, hints: Hints) -> Document:  # noqa: ARG001
    """Return the document that some RTF is.

    Raises:
        InputError: as `parse`.
    """
    return Document(_text(body))


def _text(body: bytes) -> str:
    if body.startswith(_WIDE):
        body = decode(body).encode()
    body = body.lstrip(_BEFORE)
    if not body.startswith(_SIGN):
        raise broken("it does not begin as RTF does")
    return text_of_rtf(body)
