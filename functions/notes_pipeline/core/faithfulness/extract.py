"""An extractive summary: the note's own sentences, in place of a model's summary that failed the severe checks."""

from __future__ import annotations

from collections.abc import Sequence

from notes_pipeline.core.faithfulness.find_words import kind_of
from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.records import Evidence, FindingKind, Span

_FEWEST, _MOST = 200, 1200  # characters an extract may have at least and at most, whatever the summary's length
_TIMES = 1.5  # an extract may be so much longer than the summary it stands for
_JOINT = "\n"


def extract(summary: ReadText, note: ReadText, evidence: Sequence[Evidence]) -> tuple[str, tuple[Evidence, ...]]:
    """Return sentences of the note, in its order, and where each of them stands.

    First the sentences that support the rejected summary, those of more of its clauses first; then those that name
    the most problems, drugs, procedures and values; until the length is reached. At least one, however long.
    """
    room = min(_MOST, max(_FEWEST, round(_TIMES * len(summary.text))))
    chosen: list[Span] = []
    for span in _by_weight(note, evidence):
        length = span.end - span.start + len(_JOINT)
        if not chosen or length <= room:
            chosen.append(span)
            room -= length
    return _joined(sorted(chosen, key=lambda span: span.start), note.text)


def _by_weight(note: ReadText, evidence: Sequence[Evidence]) -> list[Span]:
    spans = [_trimmed(note.text, clause.start, clause.end) for clause in note.clauses]
    named = [0] * len(spans)
    for word in note.words:
        named[word.clause] += kind_of(word) is not FindingKind.WORD
    for number in note.numbers:
        named[note.clause_of(number.start)] += 1
    cited = [0] * len(spans)
    for item in evidence:
        for clause in {note.clause_of(span.start) for span in item.note_spans}:
            cited[clause] += 1
    order = sorted(range(len(spans)), key=lambda at: (-cited[at], -named[at], at))
    return [spans[at] for at in order if _says(note.text, spans[at]) and not note.clauses[at].is_question]


def _says(text: str, span: Span) -> bool:
    """Whether a clause says anything: the "1" of a numbered list does not."""
    return any(character.isalpha() for character in text[span.start : span.end])


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    return Span(start=begin, end=max(begin, start + len(part.rstrip())))


def _joined(spans: Sequence[Span], text: str) -> tuple[str, tuple[Evidence, ...]]:
    found, parts, at = [], [], 0
    for span in spans:
        part = text[span.start : span.end]
        found.append(Evidence(span=Span(start=at, end=at + len(part)), note_spans=(span,), support=1.0))
        parts.append(part)
        at += len(part) + len(_JOINT)
    return _JOINT.join(parts), tuple(found)
