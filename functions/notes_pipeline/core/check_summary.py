"""Faithfulness: what a summary says and its note does not, where the note says the rest, and what is delivered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from notes_pipeline.core.faithfulness.extract import extract
from notes_pipeline.core.faithfulness.find_evidence import find_evidence
from notes_pipeline.core.faithfulness.find_flips import find_flips
from notes_pipeline.core.faithfulness.find_persons import find_persons
from notes_pipeline.core.faithfulness.find_sides import find_sides
from notes_pipeline.core.faithfulness.find_values import find_values
from notes_pipeline.core.faithfulness.find_words import find_words
from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.records import Checks, Evidence, Finding, FindingKind, RejectedSummary, Severity

_FINDERS = (find_values, find_words, find_flips, find_sides, find_persons)
_VALUES = frozenset([FindingKind.NUMBER, FindingKind.UNIT, FindingKind.DATE])
_OTHERWISE = frozenset([FindingKind.CERTAINTY, FindingKind.FAMILY, FindingKind.HISTORY, FindingKind.PERSON])
# A summary of items ("chest pain, fever, HR 120") has more commas than sentences of prose would.
_SENTENCE, _COMMA = re.compile(r"[.!?](?=\s|$)"), re.compile(r",(?!\d)")
# How much a finding adds to the risk that a summary says what its note does not.
_RISK = {Severity.SEVERE: 1.0, Severity.MODERATE: 1.0, Severity.MINOR: 0.2}


class Checked(NamedTuple):
    """What is delivered of a model's summary, and what was found.

    Attributes:
        summary: the model's, or an extract of the note if the model's failed a severe check.
        rejected: the model's summary that an extract stands for.
    """

    summary: str
    evidence: tuple[Evidence, ...]
    checks: Checks
    rejected: RejectedSummary | None


def check_summary(summary: str, note: str) -> Checked:
    """Compare a summary with its note; deliver an extract of the note where a severe check fails."""
    said, read = ReadText(summary, is_items=is_items(summary)), ReadText(note)
    findings = find_all(said, read)
    evidence = tuple(find_evidence(said, read))
    if not any(finding.severity is Severity.SEVERE for finding in findings):
        return Checked(summary, evidence, _checks(summary, findings), None)
    instead, of_note = extract(said, read, evidence)
    return Checked(instead, of_note, Checks(), RejectedSummary(summary=summary, findings=findings))


def find_all(summary: ReadText, note: ReadText) -> tuple[Finding, ...]:
    """Return what all checks find, in the summary's order."""
    found = [finding for find in _FINDERS for finding in find(summary, note)]
    return tuple(sorted(found, key=lambda finding: (finding.span.start, finding.span.end)))


def risk(findings: Iterable[Finding]) -> float:
    """Return a score by which summaries can be ranked: the larger, the likelier one says what its note does not."""
    return round(sum(_RISK[finding.severity] for finding in findings), 1)


def is_items(summary: str) -> bool:
    """Whether a summary is written as items, so that a comma ends what "no" or "possible" reaches."""
    return len(_COMMA.findall(summary)) > 2 * len(_SENTENCE.findall(summary)) or "." not in summary.rstrip(". ")


def review_reasons(checked: Checked) -> tuple[str, ...]:
    """Return why a person should read this summary, one sentence a reason; empty if nothing was found."""
    if checked.rejected:
        said = checked.rejected.summary
        severe = [f for f in checked.rejected.findings if f.severity is Severity.SEVERE]
        return (f"The model's summary was rejected for {_quoted(said, severe)}.",)
    grave = _grave(checked.checks.findings)
    reasons = (
        ("The note does not hold the number(s)", grave.values),
        ("The note denies, or affirms", grave.negated),
        ("The note says otherwise how certain, whose or when it is:", grave.otherwise),
        ("The note does not hold the word(s)", grave.words),
    )
    return tuple(f"{text} {_quoted(checked.summary, found)}." for text, found in reasons if found)


class _Grave(NamedTuple):
    """The findings that ask for a person, by what a reader is told of them."""

    values: list[Finding]
    negated: list[Finding]
    otherwise: list[Finding]
    words: list[Finding]


def _grave(findings: Iterable[Finding]) -> _Grave:
    grave = _Grave([], [], [], [])
    for finding in findings:
        if finding.severity is Severity.MINOR:
            continue
        if finding.kind in _VALUES:
            grave.values.append(finding)
        elif finding.kind is FindingKind.NEGATION:
            grave.negated.append(finding)
        else:
            (grave.otherwise if finding.kind in _OTHERWISE else grave.words).append(finding)
    return grave


def _checks(summary: str, findings: Sequence[Finding]) -> Checks:
    grave = _grave(findings)
    return Checks(
        numbers_unsupported=_texts(summary, grave.values),
        words_unsupported=_texts(summary, grave.words),
        negated_in_note=_texts(summary, grave.negated),
        findings=tuple(findings),
        risk=risk(findings),
    )


def _quoted(summary: str, findings: Iterable[Finding]) -> str:
    return ", ".join(_texts(summary, findings))


def _texts(summary: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(summary[finding.span.start : finding.span.end] for finding in findings))
