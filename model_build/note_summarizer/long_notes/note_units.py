"""A note in units that a reader would not tear: sentences, each with what a cut in front of it costs; pure.

The units joined are the note, character for character. A sentence that alone is longer than the model's input is cut at
its commas, else between words, else between characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from note_summarizer.split_sentences import split_sentences

Measure = Callable[[str], int]

_LINE = re.compile(r"(?<=\n)(?=[^\S\n]*\S)")
# A title in capitals or a few words before a colon, at a line's beginning; "Dr. Lee:" and "[nurse]" are speakers.
_HEADING = re.compile(r"\s*(?:#+ .{1,60}\n|[A-Z][A-Za-z /&-]{1,40}:|[A-Z][A-Z /&-]{3,40}(?=\s*$))")
_SPEAKER = re.compile(
    r"\s*(?:\[[A-Za-z_ ]{2,20}\]:?|(?:Dr|Mr|Mrs|Ms)\.? ?[A-Z]?[a-z]*:"
    r"|(?:clinician|daughter|doctor|family|father|guest|husband|md|mother|nurse|patient|physician|provider|pt|rn|son"
    r"|speaker|wife)(?:[ _]?\w{1,2})?:)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?<=[,;:]\s)(?=\S)")
_SPACE = re.compile(r"(?<=\s)(?=\S)")
# A token of a note is rarely longer; a longer text is cut without being measured, which a text of megabytes needs.
CHARACTERS_PER_TOKEN = 8
_OVERLAPPING_WORDS = 8
# Of the limit, what a heading or the words before a part may take up at most.
MOST_CONTEXT = 1 / 8


class Boundary(Enum):
    """What stands at a unit's beginning; the value is what a cut there costs, where a further part costs 1.

    Set by hand: any cut between sentences is better than a further part, and a cut within one is worse than two.
    """

    HEADING = 0.0
    PARAGRAPH = 0.1
    TURN = 0.15
    LINE = 0.2
    SENTENCE = 0.3
    ANSWER = 0.6
    CLAUSE = 2.0
    UNDER_HEADING = 2.5
    WORD = 4.0
    CHARACTER = 8.0


@dataclass(frozen=True)
class Unit:
    """A stretch of the note.

    Attributes:
        boundary: where its beginning is.
        context: the heading of its section, or the speaker of its turn; "" if it stands in the unit itself.
        overlap: the words before it, for one that begins in the middle of a clause.
        tokens: what the model reads for it alone.
    """

    text: str
    boundary: Boundary
    context: str = ""
    overlap: str = ""
    tokens: int = 0


def note_units(note: str, measure: Measure, limit: int) -> list[Unit]:
    """Return the note's units in order, each of at most `limit` tokens, if a single character is not longer."""
    return [part for unit in _sentences(note, measure, limit) for part in _fitting(unit, measure, limit)]


def _sentences(note: str, measure: Measure, limit: int) -> Iterator[Unit]:
    heading, before = "", ""
    for line in _pieces(note, _LINE):
        label, boundary = _label(line), _boundary(line, before)
        if boundary is Boundary.HEADING:
            # A title of its own is that of all that follows; "Allergies: penicillin." is that of its line.
            heading = label if _is_bare(line) else ""
        for place, sentence in enumerate(split_sentences(line, most_words=len(note)) or [line]):
            context = (label if place else "") or ("" if boundary is Boundary.HEADING else heading)
            tokens = _tokens(sentence, measure, limit)
            yield Unit(sentence, Boundary.SENTENCE if place else boundary, context, tokens=tokens)
        before = line


def _boundary(line: str, before: str) -> Boundary:
    if before and _is_bare(before):
        return Boundary.UNDER_HEADING
    if _SPEAKER.match(line):
        return Boundary.ANSWER if before.rstrip(" \n\r\t\"')]").endswith("?") else Boundary.TURN
    if _HEADING.match(line):
        return Boundary.HEADING
    return Boundary.PARAGRAPH if before.endswith("\n\n") else Boundary.LINE


def _label(line: str) -> str:
    """Return the heading or speaker that a line begins with, and the white space after it; "" without one."""
    match = _SPEAKER.match(line) or _HEADING.match(line)
    if match is None:
        return ""
    label = match[0].strip()
    return f"{label}\n" if _is_bare(line) else f"{label} "


def _is_bare(line: str) -> bool:
    """Whether a line is a heading and nothing else."""
    match = _HEADING.match(line)
    return match is not None and match[0].strip() == line.strip()


def _fitting(unit: Unit, measure: Measure, limit: int) -> list[Unit]:
    if unit.tokens <= limit:
        return [unit]
    parts = [unit]
    room = limit - int(limit * MOST_CONTEXT)
    for pattern, boundary in ((_CLAUSE, Boundary.CLAUSE), (_SPACE, Boundary.WORD), (None, Boundary.CHARACTER)):
        parts = [
            replace(part, text=text, boundary=boundary if place else part.boundary)
            for part in parts
            for place, text in enumerate(_halved(part.text, pattern, measure, room))
        ]
    return [replace(part, tokens=measure(part.text)) for part in _overlapping(parts)]


def _halved(text: str, pattern: re.Pattern[str] | None, measure: Measure, limit: int) -> list[str]:
    """Halve a text where the pattern matches, nearest to its middle, until each piece fits or has no such place."""
    if len(text) < 2 or _tokens(text, measure, limit) <= limit:
        return [text]
    place = _middle(text, pattern)
    if not place:
        return [text]
    return [part for half in (text[:place], text[place:]) for part in _halved(half, pattern, measure, limit)]


def _middle(text: str, pattern: re.Pattern[str] | None) -> int:
    """Return the first match after the middle, or else the last one before it; the middle without a pattern, or 0."""
    middle = len(text) // 2
    if pattern is None:
        return middle
    match = pattern.search(text, middle)
    return match.start() if match else max((found.start() for found in pattern.finditer(text, 0, middle)), default=0)


def _tokens(text: str, measure: Measure, limit: int) -> int:
    return measure(text) if len(text) <= CHARACTERS_PER_TOKEN * limit else limit + 1


def _overlapping(parts: Sequence[Unit]) -> list[Unit]:
    """Give each part that begins between two words of a clause the words before it."""
    overlapped = [
        replace(part, overlap=" ".join(before.text.split()[-_OVERLAPPING_WORDS:]) + " ")
        if part.boundary is Boundary.WORD
        else part
        for before, part in pairwise(parts)
    ]
    return [*parts[:1], *overlapped]


def _pieces(text: str, pattern: re.Pattern[str]) -> list[str]:
    places = [0, *(match.start() for match in pattern.finditer(text) if match.start()), len(text)]
    return [text[start:end] for start, end in pairwise(places)]
