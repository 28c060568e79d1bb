"""`.html`: the page is one note, as a reader sees it; its path under the source system is its id."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notes_pipeline.core.formats.charsets import decode
from notes_pipeline.core.formats.markup.page import text_of_html
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints, Item
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote

# Browsers look for a charset in the first 1,024 bytes; exports have long comments before it.
_HEAD_BYTES = 4_096
_XML = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)""")
_META = re.compile(rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)""", re.I)


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the one note, or why it cannot be used.

    Raises:
        InputError: it is not text.
    """
    markup = _markup(body, hints)
    limit = hints.rules.max_note_bytes
    try:
        yield ParsedNote(record=1, text=usable_text(text_of_html(markup, limit), limit), note_id=hints.path)
    except RecordError as error:
        yield 1, error


def read_document(body: bytes, hints: Hints) -> Document:
    """Return the document that a page is; one that shows nothing has the text "".

    Raises:
        InputError: it is not text, or longer than a note may be.
    """
    return Document(text_of_html(_markup(body, hints), hints.rules.max_note_bytes))


def declared_charset(head: bytes) -> str:
    """Return the charset that XML or HTML says it is in, "" if it says none.

    What can be read as ASCII is not in UTF-16, whatever it says: programs that had it so as text say so in any case.
    """
    found = _XML.match(head) or _META.search(head)
    name = found[1].decode("ascii") if found else ""
    return "" if name.lower().startswith(("utf-16", "utf16", "utf-32", "ucs", "iso-10646-ucs", "unicode")) else name


def _markup(body: bytes, hints: Hints) -> str:
    head = body[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    return decode(body, declared_charset(head) or hints.charset, hints.rules.encoding)
