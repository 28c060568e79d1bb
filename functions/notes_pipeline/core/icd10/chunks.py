"""Cutting a text to a service's limit, between paragraphs or sentences where there are any."""

from __future__ import annotations

import re

# Where a cut hurts least, best first; each is looked for in the second half of what still fits.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"[.!?]\s+|\n"), re.compile(r"\s+"))


def split_chunks(text: str, limit: int) -> list[tuple[int, str]]:
    """Return pieces of at most `limit` characters with their places; put together they are the text."""
    chunks = []
    start = 0
    while start < len(text):
        end = len(text) if len(text) - start <= limit else _cut(text, start, start + limit)
        chunks.append((start, text[start:end]))
        start = end
    return chunks


def _cut(text: str, start: int, end: int) -> int:
    middle = (start + end) // 2
    for cut in _CUTS:
        places = [match.end() for match in cut.finditer(text, middle, end)]
        if places:
            return places[-1]
    return end
