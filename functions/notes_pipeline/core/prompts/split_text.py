"""A note in parts that each fit a model's context: cut at paragraphs, else lines, sentences, words."""

from __future__ import annotations

import re

# From the best place to cut at to the worst.
_BOUNDARIES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?;]\s+"), re.compile(r"\s+"))


def split_text(text: str, longest: int) -> list[str]:
    """Return a text's parts of at most `longest` characters, in order; together they are the text but for white space.

    A text that fits is one part. Parts are about equally long, so that the last one is not a lone line.
    """
    parts = []
    rest = text.strip()
    while len(rest) > longest:
        # Of the parts still to come each gets its share; a cut is looked for in the last third of it.
        share = -(-len(rest) // -(-len(rest) // longest))
        cut = _cut(rest, share + (longest - share) // 2)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _cut(text: str, most: int) -> int:
    for boundary in _BOUNDARIES:
        ends = [match.end() for match in boundary.finditer(text, most * 2 // 3, most)]
        if ends:
            return ends[-1]
    return most
