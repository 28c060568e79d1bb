"""Splitting a long note into parts the model can read whole; pure.

Cuts are tried where a reader would make them: before a section heading, a speaker's turn or a paragraph; then after a
sentence; then, for a sentence that alone is too long, at white space; at last between characters. The parts joined are
the note, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

# Each pattern matches the empty string at a place where a new unit may begin, coarsest first.
_HEADING = r"(?:[A-Z][A-Za-z /&-]{1,40}:|[A-Z][A-Z /&-]{3,40}$|\[[A-Za-z ]{2,20}\])"
_CUTS = (
    re.compile(rf"(?<=\n)(?={_HEADING})|(?<=\n\n)(?=\S)", re.MULTILINE),
    re.compile(r"(?<=\n)(?=\S)|(?<=[.!?]\s)(?=\S)|(?<=[.!?]\s\s)(?=\S)"),
    re.compile(r"(?<=\s)(?=\S)"),
)

Measure = Callable[[str], int]


def split_note(text: str, measure: Measure, limit: int) -> list[str]:
    """Split a note into parts of at most `limit` tokens each.

    Args:
        text: the whole note.
        measure: number of tokens the model would read for a text.
        limit: most tokens a part may have.

    Returns:
        The parts in order, of similar size; `"".join(parts) == text`.
    """
    total = measure(text)
    if total <= limit:
        return [text]
    units = _units(text, measure, limit, _CUTS)
    # Even parts keep their summaries comparable: aim at total / parts rather than filling all but the last.
    parts = -(-total // limit)
    return _grow(units, measure, limit, target=-(-total // parts))


def _units(text: str, measure: Measure, limit: int, cuts: Sequence[re.Pattern[str]]) -> list[str]:
    # Small units make even parts, but a sentence is only broken when it does not fit.
    largest = limit // 2 if len(cuts) > 1 else limit
    if measure(text) <= largest or len(text) < 2:
        return [text]
    if not cuts:
        return _halves(text, measure, limit)
    pieces = _cut(text, cuts[0])
    return [unit for piece in pieces for unit in _units(piece, measure, limit, cuts[1:])]


def _cut(text: str, pattern: re.Pattern[str]) -> list[str]:
    places = [0, *(match.start() for match in pattern.finditer(text) if match.start()), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


def _halves(text: str, measure: Measure, limit: int) -> list[str]:
    middle = len(text) // 2
    return [unit for half in (text[:middle], text[middle:]) for unit in _units(half, measure, limit, ())]


def _grow(units: Sequence[str], measure: Measure, limit: int, target: int) -> list[str]:
    parts: list[str] = []
    size = 0
    for unit in units:
        # The real text is measured: joined units may have a piece or two more or less than both alone.
        joined = measure(parts[-1] + unit) if parts else limit + 1
        if joined <= limit and (size + joined) // 2 <= target:
            parts[-1] += unit
            size = joined
        else:
            parts.append(unit)
            size = measure(unit)
    return parts
