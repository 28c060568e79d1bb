"""Candidate ICD-10-CM codes of a note, from its summary and its text, for a coder to confirm."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from notes_pipeline.core.icd10.choose_code import choose_code
from notes_pipeline.core.icd10.history import past_code
from notes_pipeline.core.icd10.mentions import Mention, coded_mentions
from notes_pipeline.core.icd10.table import title
from notes_pipeline.records import CodeCandidate, CodeEvidence, NoteCodes, Span, SummaryRecord

MOST_CANDIDATES = 10
_MOST_EVIDENCE = 5
# How sure one mention makes us. A summary puts its problem first; a note says much by the way.
_IN_SUMMARY, _SUMMARY_SLOPE, _IN_NOTE = 0.7, 0.25, 0.35
_PAST = 0.5
_SIDE = re.compile(r"\b(?:left|right|bilateral)\b", re.IGNORECASE)
_HALF_WEIGHT = 60.0  # a mention of this weight is half as specific as one can be


@dataclass(frozen=True)
class SaidCode:
    """A code, where it is said, how sure that makes us (0 to 1), and whether it is said of the past."""

    code: str
    title: str
    evidence: CodeEvidence
    sureness: float
    past: bool = False


def code_note(record: SummaryRecord, note: str) -> NoteCodes:
    """Return the candidates of a note, at most ten, likeliest first.

    Denied mentions, relatives' and doubted ones give none: outpatient coding does not code what is "possible" or "to be
    ruled out" (ICD-10-CM guidelines, IV.H). What is past gives its personal-history code (`icd10.history`). Diagnoses
    come before what is past and what has status, and both before symptoms, signs and causes from outside.
    """
    said = [*_said(record.summary, "summary"), *_said(note, "note")]
    return NoteCodes(
        note_uid=record.note_uid,
        content_sha256=record.content_sha256,
        engine="lexical",
        candidates=rank_codes(said),
    )


def rank_codes(said: Iterable[SaidCode]) -> tuple[CodeCandidate, ...]:
    """Return one candidate for each code, the best ten with their ranks; where each is said is its evidence."""
    by_code: dict[str, list[SaidCode]] = defaultdict(list)
    for each in said:
        by_code[each.code].append(each)
    _join_sides(by_code)
    candidates = [_candidate(mentions) for mentions in by_code.values()]
    best = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.code))[:MOST_CANDIDATES]
    return tuple(candidate.model_copy(update={"rank": rank}) for rank, candidate in enumerate(best, start=1))


def _join_sides(by_code: dict[str, list[SaidCode]]) -> None:
    """Count what is said without a side ("knee pain") for the one side that is said elsewhere."""
    for code in [code for code, mentions in by_code.items() if "unspecified" in mentions[0].title.lower()]:
        sided = [other for other in by_code if other[:6] == code[:6] and _SIDE.search(by_code[other][0].title)]
        if len(sided) == 1 and sided[0] != code and len(code) > len("M25.5"):
            by_code[sided[0]] += by_code.pop(code)


def _said(text: str, where: Literal["summary", "note"]) -> Iterator[SaidCode]:
    for mention in coded_mentions(text, commas_end=where == "summary"):
        past = mention.context.historical
        code = choose_code(mention.code, mention.said)
        code = past_code(code) if past else code
        if code:
            evidence = CodeEvidence(where=where, span=Span(start=mention.start, end=mention.end))
            yield SaidCode(code, title(code), evidence, _sureness(mention, where, len(text)), past)


def _sureness(mention: Mention, where: str, length: int) -> float:
    place = _IN_SUMMARY - _SUMMARY_SLOPE * mention.start / length if where == "summary" else _IN_NOTE
    specific = mention.weight / (mention.weight + _HALF_WEIGHT)
    return place * mention.share**2 * (0.5 + 0.5 * specific) * (_PAST if mention.context.historical else 1)


def _candidate(mentions: Sequence[SaidCode]) -> CodeCandidate:
    doubt = 1.0
    for mention in mentions:
        doubt *= 1 - mention.sureness
    low, high = _band(mentions[0].code, all(mention.past for mention in mentions))
    return CodeCandidate(
        code=mentions[0].code,
        title=mentions[0].title,
        rank=1,
        score=round(low + (high - low) * (1 - doubt), 4),
        evidence=tuple(mention.evidence for mention in mentions[:_MOST_EVIDENCE]),
    )


def _band(code: str, past: bool) -> tuple[float, float]:
    """Return the range of scores of a code's kind; the ranges do not overlap, which keeps symptoms below diagnoses."""
    if code[0] in "RVWXY":
        return 0.0, 0.25
    return (0.25, 0.5) if past or code[0] == "Z" else (0.5, 1.0)
