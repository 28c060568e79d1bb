"""Summary records with everything that a record may hold, for what is made of them."""

from typing import Any

from notes_pipeline.models import SourceRecord
from notes_pipeline.records import (
    Checks,
    CodeCandidate,
    CodeEvidence,
    Evidence,
    Finding,
    FindingKind,
    ModelIdentity,
    NoteCodes,
    RejectedSummary,
    Severity,
    Span,
    SummaryRecord,
)

UID, SHA = "0a" * 16, "5f" * 32
SUMMARY = "Crise d'asthme 🫁; HR 120."


def finding(said: str, start: int, severity: Severity = Severity.MODERATE) -> Finding:
    span = Span(start=start, end=start + len(said))
    return Finding(kind=FindingKind.NUMBER, severity=severity, span=span, explanation=f"the note has no {said}")


def record(**changes: Any) -> SummaryRecord:
    """A record with every field that is optional, or others in their place."""
    base = SummaryRecord(
        note_uid=UID,
        content_sha256=SHA,
        note_id="N-1",
        patient_id="P-1",
        encounter_id="E-1",
        note_type="nursing",
        authored_at="2026-03-14",
        source=SourceRecord(bucket="notes", key="incoming/ehr/a.csv", version_id="v1", record=3),
        summary=SUMMARY,
        evidence=(
            Evidence(span=Span(start=0, end=14), support=1.0),
            Evidence(span=Span(start=18, end=24), support=0.5),
        ),
        model=ModelIdentity(name="demo", version="2", sha256="c" * 64),
        batch_id="cb-1",
        summarized_at="2026-03-14T23:30:00.123456-02:00",
        checks=Checks(findings=(finding("120", SUMMARY.index("120")),), risk=1.0),
        needs_review=True,
        review_reasons=("number", "unit"),
    )
    return base.model_copy(update=changes)


def bare() -> SummaryRecord:
    """A record with nothing that is optional."""
    nothing = dict.fromkeys(("patient_id", "encounter_id", "note_type", "authored_at"))
    return record(**nothing, evidence=(), checks=Checks(), needs_review=False, review_reasons=())


def rejected() -> SummaryRecord:
    """A record whose model's summary was rejected."""
    findings = (finding("HR 999", 0, Severity.SEVERE), finding("BP", 8, Severity.MINOR))
    return record(
        summary="The note's own words.",
        summary_kind="extract",
        rejected=RejectedSummary(summary="HR 999, BP 1/1.", findings=findings),
        checks=Checks(),
    )


def codes() -> NoteCodes:
    """Two candidates: one said in both texts, one in the note alone."""
    in_note = CodeEvidence(where="note", span=Span(start=0, end=6))
    in_summary = CodeEvidence(where="summary", span=Span(start=8, end=14))
    asthma = CodeCandidate(code="J45.909", title="Asthma", rank=1, score=0.9, evidence=(in_summary, in_note))
    fever = CodeCandidate(code="R50.9", title="Fever", rank=2, score=0.2, evidence=(in_note,))
    return NoteCodes(note_uid=UID, content_sha256=SHA, engine="lexical", candidates=(asthma, fever))
