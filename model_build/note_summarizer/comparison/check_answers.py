"""The pipeline's own checks of every answer: what a team would be told, and what would be rejected; counted by note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from note_summarizer.comparison.answers import Answers
from note_summarizer.evaluation.score_answers import NoteCounts
from note_summarizer.pairs.pair import Pair
from notes_pipeline.core.check_summary import check_summary, is_items, review_reasons, risk
from notes_pipeline.core.faithfulness.find_evidence import find_evidence
from notes_pipeline.core.faithfulness.read_text import ReadText
from notes_pipeline.records import Evidence, Finding, Severity


@dataclass(frozen=True)
class Check:
    """What the checks say of one answer.

    Attributes:
        findings: in the answer's order, with their places in it.
        rejected: the pipeline would not deliver it: a finding is severe.
        review: a person is asked to read it, whatever is delivered.
        clauses, held: how many statements it has, and for how many of them the note has a place that says it.
    """

    findings: tuple[Finding, ...]
    rejected: bool
    review: bool
    clauses: int
    held: int

    def count(self, severity: Severity) -> int:
        """Return how many findings are of this severity."""
        return Counter(finding.severity for finding in self.findings)[severity]


# Of a note without an answer there is nothing to check.
Checked = tuple[Check | None, ...]


def check_answers(test: Sequence[Pair], answers: Answers) -> Checked:
    """Return what the checks say of every answer, in the notes' order."""
    return tuple(
        None if answer.failure else _check(answer.text, pair.note)
        for pair, answer in zip(test, answers.notes, strict=True)
    )


def _check(summary: str, note: str) -> Check:
    checked = check_summary(summary, note)
    findings, evidence = checked.checks.findings, checked.evidence
    if checked.rejected:
        # What is delivered then is an extract; the evidence that counts here is that of the model's own statements.
        findings = checked.rejected.findings
        evidence = tuple(find_evidence(ReadText(summary, is_items=is_items(summary)), ReadText(note)))
    return Check(
        findings=findings,
        rejected=checked.rejected is not None,
        review=bool(review_reasons(checked)),
        clauses=len(evidence),
        held=sum(_is_held(item) for item in evidence),
    )


def _is_held(evidence: Evidence) -> bool:
    return bool(evidence.note_spans)


_Count = tuple[float, float]


def count_checks(checked: Checked) -> dict[str, NoteCounts]:
    """Return what every figure of trust counts on each note; keys and order as `TRUST`."""
    counted = {key: [count(check) for check in checked] for key, count in _COUNTS.items()}
    return {key: NoteCounts(tuple(c[0] for c in row), tuple(c[1] for c in row)) for key, row in counted.items()}


def _of_answers(figure: Callable[[Check], float]) -> Callable[[Check | None], _Count]:
    """Count a figure over the notes that have an answer."""
    return lambda check: (0.0, 0.0) if check is None else (float(figure(check)), 1.0)


def _of_all(is_so: Callable[[Check | None], bool]) -> Callable[[Check | None], _Count]:
    """Count a share of all notes, in percent."""
    return lambda check: (100.0 * is_so(check), 1.0)


def is_undelivered(check: Check | None) -> bool:
    """Say whether the model's own words do not reach anybody: there is no answer, or it is rejected."""
    return check is None or check.rejected


def is_unread(check: Check | None) -> bool:
    """Say whether an answer is delivered and no person is asked to read it."""
    return check is not None and not check.rejected and not check.review


_COUNTS: Mapping[str, Callable[[Check | None], _Count]] = {
    "undelivered": _of_all(is_undelivered),
    "unread": _of_all(is_unread),
    "rejected": _of_answers(lambda check: 100 * check.rejected),
    "review": _of_answers(lambda check: 100 * check.review),
    "severe": _of_answers(lambda check: 100 * check.count(Severity.SEVERE)),
    "moderate": _of_answers(lambda check: 100 * check.count(Severity.MODERATE)),
    "minor": _of_answers(lambda check: 100 * check.count(Severity.MINOR)),
    "risk": _of_answers(lambda check: risk(check.findings)),
    "evidence": lambda check: (0.0, 0.0) if check is None else (100.0 * check.held, float(check.clauses)),
}
