"""Numbers of a summary, with their units, that its note does not say, or says of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from notes_pipeline.core.clinical_text.numbers import LOOSE
from notes_pipeline.core.clinical_text.values import Value, same_quantity
from notes_pipeline.core.faithfulness.read_text import MOST_OF_A_KEY, ReadText, Word
from notes_pipeline.records import Finding, FindingKind, Severity, Span

_AROUND = 5  # words about a number of the summary that may tell what it is of
_NEAR = 14  # words about a number of the note among which one of them must stand
_UNCONVERTED = frozenset(["ratio", "pressure", "amount"])
_PAIRED = "/"
_LISTED = re.compile(r"[.)]\s")
_NO_VITALS = frozenset(["mass", "volume", "length", "time"])  # "65-year-old" is no heart rate of 65
_DOSES = frozenset(["mass", "volume", "amount"])


def find_values(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    """Yield a finding for every number without support, every changed unit and every pair in another order."""
    yield from _find_dates(summary, note)
    for at, value in enumerate(summary.values):
        if _only_orders(value, summary) or any(d.start <= value.number.start < d.end for d in summary.dates):
            continue
        equal = [other for number in value.number.values for other in note.values_by_number.get(number, ())]
        same = [other for other in [*equal, *_convertible(value, note)] if same_quantity(value, other)]
        if not same:
            yield _changed_unit(summary, value, equal) if equal else _unsaid(summary, value, note)
        elif not any(_is_of_the_same(value, other, summary, note) for other in same):
            yield _of_something_else(summary, value, same[0])
        elif _is_misordered(summary, at, note):
            yield _finding(
                FindingKind.NUMBER,
                Severity.SEVERE,
                summary,
                value,
                same[0],
                "The note has this pair of numbers otherwise",
            )


def _find_dates(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    for date in summary.dates:
        if not any(date.agrees(other) for other in note.dates):
            yield Finding(
                kind=FindingKind.DATE,
                severity=Severity.SEVERE,
                span=Span(start=date.start, end=date.end),
                note_span=next((Span(start=other.start, end=other.end) for other in note.dates), None),
                explanation=f'The note does not say this date: "{summary.text[date.start : date.end]}".',
            )


def _only_orders(value: Value, summary: ReadText) -> bool:
    """Whether a number counts the items of a list ("1. Headache."), or is a word that only orders or hints."""
    if summary.tokens[value.number.first].text in LOOSE:
        return True
    before, after = summary.text[: value.number.start].rstrip(" "), summary.text[value.number.end :]
    return (not before or before[-1] in ".;:)\n") and bool(_LISTED.match(after)) and value.number.values[0] < 40


def _unsaid(summary: ReadText, value: Value, note: ReadText) -> Finding:
    around = _words_around(value, summary)
    candidates = islice(note.values, MOST_OF_A_KEY)
    nearest = next((other for other in candidates if _speaks_of(other, around, note)), None)
    return _finding(FindingKind.NUMBER, Severity.SEVERE, summary, value, nearest, "The note does not say this number")


def _changed_unit(summary: ReadText, value: Value, equal: Sequence[Value]) -> Finding:
    return _finding(
        FindingKind.UNIT, Severity.SEVERE, summary, value, equal[0], "The note has this number with another unit"
    )


def _of_something_else(summary: ReadText, value: Value, other: Value) -> Finding:
    known = bool(value.vital and other.vital)
    severity = Severity.SEVERE if known or value.unit else Severity.MODERATE
    return _finding(FindingKind.NUMBER, severity, summary, value, other, "The note says this number of something else")


def _finding(
    kind: FindingKind, severity: Severity, summary: ReadText, value: Value, other: Value | None, why: str
) -> Finding:
    said = summary.text[value.number.start : value.number.end]
    return Finding(
        kind=kind,
        severity=severity,
        span=Span(start=value.number.start, end=_end(value, summary)),
        note_span=Span(start=other.number.start, end=other.number.end) if other else None,
        explanation=f'{why}: "{said}".',
    )


def _end(value: Value, summary: ReadText) -> int:
    following = summary.tokens[value.number.last + 1 : value.number.last + 2]
    return (
        following[0].end
        if value.unit and following and following[0].start - value.number.end <= 2 and value.unit.name != "%"
        else value.number.end
    )


def _is_of_the_same(value: Value, other: Value, summary: ReadText, note: ReadText) -> bool:
    if value.vital and other.vital:
        return value.vital == other.vital
    if value.vital:
        return other.unit is None or other.unit.dimension not in _NO_VITALS or value.vital == "weight"
    if not _is_named(value, summary):
        return True
    around = _words_around(value, summary)
    return not around or _speaks_of(other, around, note)


def _is_named(value: Value, summary: ReadText) -> bool:
    """Whether a number is a dose, or stands right behind the word it is of ("creatinine 1.7")."""
    if value.unit:
        return value.unit.dimension.split("/")[0] in _DOSES
    return any(word.at == value.number.first - 1 and _between(word, value, summary) == " " for word in summary.words)


def _words_around(value: Value, summary: ReadText) -> list[Word]:
    """Return the words that say what a number is of: those of its own item, near it."""
    first, last = value.number.first, value.number.last
    clause = summary.clause_of(value.number.start)
    near = [word for word in summary.words if word.clause == clause and first - _AROUND <= word.at <= last + _AROUND]
    return [word for word in near if not set(_between(word, value, summary)) & set(",;")]


def _between(word: Word, value: Value, summary: ReadText) -> str:
    low, high = sorted(((word.token.start, word.token.end), (value.number.start, value.number.end)))
    return summary.text[low[1] : high[0]]


def _speaks_of(other: Value, around: Sequence[Word], note: ReadText) -> bool:
    keys = {key for word in around for key in word.keys}
    return any(
        word.at <= other.number.last + _NEAR and word.at >= other.number.first - _NEAR
        for key in keys
        for word in note.index.get(key, ())
    )


def _is_misordered(summary: ReadText, at: int, note: ReadText) -> bool:
    """Whether this number and the next are a pair (120/80) that the note has in no place in this order."""
    if at + 1 >= len(summary.values):
        return False
    first, second = summary.values[at].number, summary.values[at + 1].number
    if summary.text[first.end : second.start].strip() != _PAIRED:
        return False
    return not any((a, b) in note.pairs for a in first.values for b in second.values)


def _convertible(value: Value, note: ReadText) -> Iterator[Value]:
    """Yield values of the same dimension in another unit; the first of them, if there are very many."""
    if value.unit and value.unit.dimension not in _UNCONVERTED:
        others = islice(note.values, MOST_OF_A_KEY * 5)
        yield from (o for o in others if o.unit and o.unit.dimension == value.unit.dimension and o.unit != value.unit)
