"""Statements of a summary that its note denies, doubts, puts in the past or makes of a relative; or the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import cache

from notes_pipeline.core.clinical_text.context import Context, ContextMap
from notes_pipeline.core.clinical_text.lexicon import read_words
from notes_pipeline.core.clinical_text.stems import stem
from notes_pipeline.core.faithfulness.find_words import kind_of
from notes_pipeline.core.faithfulness.locate import Place, locate, statements
from notes_pipeline.core.faithfulness.read_text import Key, ReadText, Word
from notes_pipeline.records import Finding, FindingKind, Severity, Span

# What is compared, in this order: the gravest difference is told. Severity where the summary says more than the note
# ("asserted": the note denies, doubts ...), and where it says less.
_COMPARED = (
    ("family", FindingKind.FAMILY, Severity.SEVERE, Severity.SEVERE, "of a relative"),
    ("negated", FindingKind.NEGATION, Severity.SEVERE, Severity.SEVERE, "denied"),
    ("uncertain", FindingKind.CERTAINTY, Severity.MODERATE, Severity.MINOR, "uncertain"),
    ("historical", FindingKind.HISTORY, Severity.MINOR, Severity.MINOR, "of the past"),
)


_NORMAL = frozenset(map(stem, ["normal", "unremarkable", "negative", "clear", "intact", "benign"]))
_GRAVITY = (Severity.MINOR, Severity.MODERATE, Severity.SEVERE)


def find_flips(summary: ReadText, note: ReadText) -> Iterator[Finding]:
    """Yield a finding for every statement whose context differs from that of each place where the note speaks of it."""
    for statement in statements(summary):
        compared = [word for word in statement if not word.token.text.startswith("non")]  # denied in themselves
        places = locate(compared, note)
        if not places:
            continue
        said = {word.keys[0] for word in compared}
        held = {word.keys[0] for place in places for word in place.words}
        readings = [_context(statement, summary, read, held) for read in (summary.contexts, summary.wide_contexts)]
        if any(word.keys[0] in _NORMAL for word in compared):
            continue  # "normal chest x-ray" is "chest x-ray negative"
        found = _differs(readings, [_context(place.words, note, note.contexts, said) for place in places])
        if found:
            kind, severity, what = found
            yield _finding(statement, places[0], summary, kind, _weighed(severity, compared, places), what)


def _weighed(severity: Severity, statement: Sequence[Word], places: Sequence[Place]) -> Severity:
    """Return a severity as grave as the statement: a word that names nothing may be of another thing in the note."""
    if any(kind_of(word) is not FindingKind.WORD for word in statement):
        return severity
    is_common = all(word.token.text in _common_words() for word in statement)
    whole = len(statement) > 1 and all(len(place.words) >= len(statement) for place in places)
    return min(severity, Severity.MODERATE if whole and not is_common else Severity.MINOR, key=_GRAVITY.index)


@cache
def _common_words() -> frozenset[str]:
    return read_words("common_words")


def _context(words: Sequence[Word], text: ReadText, contexts: ContextMap, others: Set[Key]) -> Context:
    """Return what holds for words: what holds for all of them; of a relative, if any of them is.

    A phrase that denies in itself ("never married") denies its own words, but not what it is another name of (single).

    Args:
        others: stems of the words they are compared with.
    """
    found = [contexts.at(word.token.start, word.token.end) for word in words]
    common = Context(*(all(flags) for flags in zip(*found, strict=True)))
    in_itself = any(word.at in text.denied_in_themselves and word.keys[0] not in others for word in words)
    return common._replace(negated=common.negated and not in_itself, family=any(context.family for context in found))


def _differs(readings: Sequence[Context], of_note: Sequence[Context]) -> tuple[FindingKind, Severity, str] | None:
    for name, kind, if_asserted, if_not, what in _COMPARED:
        said = {getattr(reading, name) for reading in readings}
        held = {getattr(context, name) for context in of_note}
        if not said & held:
            return kind, (if_not if True in said else if_asserted), what if True in held else f"not {what}"
    return None


def _finding(
    statement: Sequence[Word], place: Place, summary: ReadText, kind: FindingKind, severity: Severity, what: str
) -> Finding:
    start, end = statement[0].token.start, statement[-1].token.end
    return Finding(
        kind=kind,
        severity=severity,
        span=Span(start=start, end=end),
        note_span=Span(start=place.start, end=place.end),
        explanation=f'In the note "{summary.text[start:end]}" is {what}.',
    )
