"""Left and right: sides that a summary names and its note does not, or names the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notes_pipeline.core.faithfulness.locate import Place, locate, statements
from notes_pipeline.core.faithfulness.read_text import ReadText, Word
from notes_pipeline.records import Finding, FindingKind, Severity, Span

_MOST_PLACES = 20
_ATTACHED, _REACH = 2, 4  # words between a side and what it is the side of


def find_sides(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    """Yield a finding for every side that the note does not give to the same thing."""
    runs = list(statements(summary))
    for at, side in summary.sides.items():
        token = summary.tokens[at]
        said = _sides_of(_nearest_run(at, summary, runs), note)
        if said is None or (said and side not in said and not (said >= {"left", "right"} and side == "both")):
            yield Finding(
                kind=FindingKind.LATERALITY,
                severity=Severity.SEVERE,
                span=Span(start=token.start, end=token.end),
                note_span=None,
                explanation=f'The note does not say "{token.text}" of this.',
            )


def _nearest_run(at: int, summary: ReadText, runs: Sequence[tuple[Word, ...]]) -> tuple[Word, ...]:
    """Return what a side is the side of: the words behind it, or else before it, in its own item."""
    behind = [run for run in runs if run[-1].at > at and _is_one_item(summary, at, run[-1].at)]
    before = [run for run in runs if run[0].at < at and _is_one_item(summary, run[0].at, at)]
    return behind[0] if behind else before[-1] if before else ()


def _is_one_item(summary: ReadText, first: int, last: int) -> bool:
    return not set(summary.text[summary.tokens[first].end : summary.tokens[last].start]) & set(",;:.")


def _sides_of(run: tuple[Word, ...], note: ReadText) -> set[str] | None:
    """Return the sides that stand near the places of these words; None if the note names no side at all."""
    everywhere = set(note.sides.values())
    if not everywhere:
        return None
    places = locate(run, note)
    return _near(places, note) or _near(_of_word(run[:1], note), note) or everywhere


def _of_word(words: Sequence[Word], note: ReadText) -> list[Place]:
    return [Place((other,)) for word in words for key in word.keys for other in note.index.get(key, ())[:_MOST_PLACES]]


def _near(places: Sequence[Place], note: ReadText) -> set[str]:
    return {side for place in places for side in _sides_at(place, note)}


def _sides_at(place: Place, note: ReadText) -> set[str]:
    """Return the sides of a place: those right before or in it, or else those of its clause that stand near it."""
    first, last, clause = place.words[0].at, place.words[-1].at, place.words[0].clause
    mine = note.sides_by_clause.get(clause, [])
    attached = {side for at, side in mine if first - _ATTACHED <= at <= last}
    return attached or {side for at, side in mine if first - _REACH <= at <= last + _REACH}
