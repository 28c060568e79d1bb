"""What a note's text is made into, whatever format it came in: the one place where that happens.

Line ends become `\\n`, a byte-order mark and white space around the text go, and nothing else is changed: no hyphen is
taken out, no space, no case, no accent, so that what evidence points at is what was written. A text with control
characters is refused, but for tabs and form feeds: it is binary, or of another charset than it was taken for.
"""

from __future__ import annotations

import re

from notes_pipeline.errors import RecordError

# Bytes that no typed or dictated note holds; tab, line feed, carriage return and form feed are fine.
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

# White space and byte-order marks, of which joined files may have several.
_BEFORE = re.compile(r"\A[\s\ufeff]+")


def usable_text(text: str, max_bytes: int) -> str:
    """Return a note's text, normalised.

    Raises:
        RecordError: the text is empty, too long, or not text.
    """
    text = _BEFORE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"), count=1).rstrip()
    if not text:
        raise RecordError("EmptyNote", "the note is empty: send its text, or leave the record out")
    size = len(_whole(text, "the note").encode())
    if size > max_bytes:
        raise RecordError("NoteTooLong", f"the note has {size:,} bytes, over the limit of {max_bytes:,}: split it")
    if _BINARY.search(text):
        raise RecordError("NotText", "the note holds control characters: export it as plain text")
    return text


def usable_identifier(text: str, what: str) -> str | None:
    """Return an identifier without white space around it, None for an empty one.

    Args:
        what: how the reason calls it.

    Raises:
        RecordError: it cannot be written.
    """
    return _whole(text, what).strip() or None


def _whole(text: str, what: str) -> str:
    """Return a text that can be written; JSON can escape half a character, which no encoding has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecordError("NotText", f"{what} holds half a character: export it as UTF-8") from None
    return text
