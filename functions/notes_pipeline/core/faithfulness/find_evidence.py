"""Evidence: for every clause of a summary, the places of the note that say it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notes_pipeline.core.faithfulness.read_text import MOST_OF_A_KEY, Key, ReadText
from notes_pipeline.records import Evidence, Span

# A summary's clauses: its sentences, and the items of a sentence that is a list of them.
_PARTS = re.compile(r"[.!?](?=\s|$)|;|,(?!\d)|\n")
_MOST_PLACES = 3
_GAP = 60  # characters without support that a place may span; beyond, it is two places


class _Part(NamedTuple):
    """What can be looked for: the keys of a content word, number or side of the summary."""

    keys: tuple[Key, ...]
    start: int


class _Held(NamedTuple):
    """A word of the note that says a part of the summary."""

    clause: int
    start: int
    end: int
    part: int


def find_evidence(summary: ReadText, note: ReadText) -> Iterator[Evidence]:
    """Yield the evidence of every clause: the note's clauses that hold most of what no other before holds."""
    places = _places(note)
    for span in _clauses(summary):
        parts = [part for part in _parts(summary) if span.start <= part.start < span.end]
        held = [
            _Held(clause, start, end, at)
            for at, part in enumerate(parts)
            for key in part.keys
            for clause, start, end in places.get(key, ())
        ]
        chosen = _choose(held)
        found = {item.part for item in chosen}
        yield Evidence(
            span=span,
            note_spans=tuple(_spans(chosen)),
            support=round(len(found) / len(parts), 3) if parts else 1.0,
        )


def _clauses(summary: ReadText) -> Iterator[Span]:
    start = 0
    for end in [*(match.start() for match in _PARTS.finditer(summary.text)), len(summary.text)]:
        text = summary.text[start:end]
        left = len(text) - len(text.lstrip(" .,;!?\n"))
        if text.strip(" .,;!?\n"):
            yield Span(start=start + left, end=end)
        start = end


def _parts(text: ReadText) -> list[_Part]:
    words = [_Part(word.keys, word.token.start) for word in text.words]
    numbers = [_Part(tuple(f"={value}" for value in number.values), number.start) for number in text.numbers]
    sides = [_Part((f"side {side}",), text.tokens[at].start) for at, side in text.sides.items()]
    return sorted([*words, *numbers, *sides], key=lambda part: part.start)


def _places(note: ReadText) -> dict[Key, list[tuple[int, int, int]]]:
    found: dict[Key, list[tuple[int, int, int]]] = {}
    for key, start, end in _said(note):
        of_key = found.setdefault(key, [])
        if len(of_key) < MOST_OF_A_KEY:
            of_key.append((note.clause_of(start), start, end))
    return found


def _said(note: ReadText) -> Iterator[tuple[Key, int, int]]:
    """Yield everything that a note says, and where: keys of content words, numbers and sides."""
    for word in note.words:
        yield from ((key, word.token.start, word.token.end) for key in word.keys)
    for number in note.numbers:
        yield from ((f"={value}", number.start, number.end) for value in number.values)
    for at, side in note.sides.items():
        yield f"side {side}", note.tokens[at].start, note.tokens[at].end


def _choose(held: Sequence[_Held]) -> list[_Held]:
    """Take the clause that holds the most parts, then the one that adds the most to it, at most three."""
    chosen: list[_Held] = []
    left = {item.part for item in held}
    while left and len({item.clause for item in chosen}) < _MOST_PLACES:
        adds = Counter({(item.clause, item.part) for item in held if item.part in left})
        by_clause = Counter(clause for clause, _ in adds)
        best = min(by_clause, key=lambda clause: (-by_clause[clause], clause))
        taken = [item for item in held if item.clause == best]
        chosen += taken
        left -= {item.part for item in taken}
    return chosen


def _spans(chosen: Sequence[_Held]) -> list[Span]:
    """Join the words of a clause that stand near each other into one span."""
    spans: list[Span] = []
    clause = -1
    for item in sorted(chosen, key=lambda item: item.start):
        if spans and item.clause == clause and item.start - spans[-1].end <= _GAP:
            spans[-1] = Span(start=spans[-1].start, end=max(spans[-1].end, item.end))
        else:
            spans.append(Span(start=item.start, end=item.end))
        clause = item.clause
    return spans
