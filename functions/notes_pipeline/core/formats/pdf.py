"""PDF: no text is read of it. Where a letter stands on a page is no order of words, and a scan has no letters at all.

How many pages it has helps a person to find it, and is looked for without a reader of PDF: those follow the file
wherever it points, and one of half a megabyte can have them unpack gigabytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NoReturn

from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.errors import FileError, InputError

_CODE = "PdfNotRead"
_INSTEAD = "of which no text is read: export it as text, RTF, HTML, HL7 v2, C-CDA or FHIR"
# So much is looked at of a file, and so much is unpacked of its object streams, all together.
_LOOKED_AT = 20_000_000
_UNPACKED = 16_000_000
# No tree of pages is nested deeper; what seems to be is no dictionary but two bytes of an image.
_DEEPEST = 50
# ISO 32000-1, 7.5.7 (object streams) and 7.7.3.2 (page tree nodes: the root has no parent, and its count is of all).
_PACKED = b"/ObjStm"
_NEAR = 500
_MARKS = re.compile(
    rb"(?P<open><<)|(?P<close>>>)|(?P<end>\bendobj\b)|(?P<pages>/Type\s{0,9}/Pages\b)|(?P<parent>/Parent\b)"
    rb"|/Count\s{1,9}(?P<count>\d{1,7})\b"
)


def parse(body: bytes, hints: Hints) -> Iterator[Item]:  # noqa: ARG001
    """Refuse a file; yields nothing.

    Raises:
        FileError: always; it says how many pages the file has, if that can be told.
    """
    raise FileError(_CODE, f"it is a PDF{_of_pages(body)}, {_INSTEAD}")
    yield  # makes it the generator that every format's is


def not_read(body: bytes) -> NoReturn:
    """Refuse an attachment.

    Raises:
        InputError: always, as `parse`.
    """
    raise InputError(_CODE, f"its attachment is a PDF{_of_pages(body)}, {_INSTEAD}")


def page_count(body: bytes) -> int | None:
    """Return how many pages a PDF has; None if it does not say so in the open, as when it is encrypted or broken.

    Takes time in proportion to the file, whatever is in it.
    """
    body = body[:_LOOKED_AT]
    counts = [count for text in (body, *_object_streams(body)) for count in _root_counts(text)]
    return counts[-1] if counts else None


def _of_pages(body: bytes) -> str:
    count = page_count(body)
    return "" if count is None else " of 1 page" if count == 1 else f" of {count:,} pages"


def _object_streams(body: bytes) -> Iterator[bytes]:
    """Yield the unpacked streams that hold objects."""
    left, at = _UNPACKED, 0
    while left > 0 and (at := body.find(_PACKED, at)) >= 0:
        at += len(_PACKED)
        start = body.find(b"stream", at, at + _NEAR)
        if start < 0:
            continue
        at = body.find(b"endstream", start)
        if at < 0:
            return
        try:
            text = zlib.decompressobj().decompress(body[start + len(b"stream") : at].lstrip(b"\r\n"), left)
        except zlib.error:
            continue
        left -= len(text)
        yield text


def _root_counts(text: bytes) -> Iterator[int]:
    """Yield the counts of pages of each root of a tree of pages; a file that was changed has one for each version."""
    held: list[dict[str, str]] = []
    for mark in _MARKS.finditer(text):
        name = mark.lastgroup or ""
        if name == "end" or len(held) > _DEEPEST:
            held.clear()
        elif name == "open":
            held.append({})
        elif name == "close":
            found = held.pop() if held else {}
            if "pages" in found and "count" in found and "parent" not in found:
                yield int(found["count"])
        elif held:
            held[-1][name] = mark[0].split()[-1].decode("ascii") if name == "count" else ""
