"""Summary records to code, and short ways to ask for their codes."""

from notes_pipeline.core.code_summaries import code_note
from notes_pipeline.models import SourceRecord
from notes_pipeline.records import Checks, CodeCandidate, CodeEvidence, ModelIdentity, SummaryRecord

NOTHING = "No acute findings."


def record(summary: str = NOTHING) -> SummaryRecord:
    return SummaryRecord(
        note_uid="a" * 32,
        content_sha256="b" * 64,
        note_id="N1",
        source=SourceRecord(bucket="notes", key="incoming/1.txt", version_id="1", record=1),
        summary=summary,
        model=ModelIdentity(name="demo", version="1", sha256="c" * 64),
        batch_id="batch-1",
        summarized_at="2031-03-14T09:30:00+00:00",
        checks=Checks(),
        needs_review=False,
    )


def candidates(note: str, summary: str = NOTHING) -> tuple[CodeCandidate, ...]:
    return code_note(record(summary), note).candidates


def codes(note: str, summary: str = NOTHING) -> list[str]:
    return [candidate.code for candidate in candidates(note, summary)]


def said(evidence: CodeEvidence, note: str, summary: str) -> str:
    text = summary if evidence.where == "summary" else note
    return text[evidence.span.start : evidence.span.end]
