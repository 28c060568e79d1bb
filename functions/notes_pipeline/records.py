"""The published records (`docs/data-contract.md`): fields are added, never renamed, removed or given another meaning.

All spans are half-open and count characters (Unicode code points) from 0: `text[start:end]` in Python. Spans in a note
are into the text that went to the model, whose hash is `content_sha256`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from notes_pipeline.models import Frozen, SourceRecord


class Span(Frozen):
    """A stretch of a text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class FindingKind(StrEnum):
    """What a summary says and its note does not, or says otherwise."""

    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    PROBLEM = "problem"
    PROCEDURE = "procedure"
    DRUG = "drug"
    DEVICE = "device"
    OUTCOME = "outcome"
    NEGATION = "negation"
    CERTAINTY = "certainty"
    FAMILY = "family"
    HISTORY = "history"
    LATERALITY = "laterality"
    PERSON = "person"
    WORD = "word"


class Severity(StrEnum):
    """How much a finding matters.

    A severe one rejects the model's summary; a moderate one asks for a person; a minor one is only told.
    """

    SEVERE = "severe"
    MODERATE = "moderate"
    MINOR = "minor"


class Finding(Frozen):
    """One thing that a check found.

    Attributes:
        span: where the summary says it.
        note_span: where the note says the nearest to it; null if it says nothing like it.
        explanation: for people, one sentence; may quote the summary and the note.
    """

    kind: FindingKind
    severity: Severity
    span: Span
    note_span: Span | None = None
    explanation: str


class Evidence(Frozen):
    """Where the note says what a clause of the summary says.

    Attributes:
        span: the clause, in the summary.
        note_spans: the places in the note, in its order; none if nothing there supports the clause.
        support: share of the clause's content that these places hold, 0 to 1.
    """

    span: Span
    note_spans: tuple[Span, ...] = ()
    support: float = Field(ge=0, le=1)


class ModelIdentity(Frozen):
    """Which model wrote a summary; version and hash are empty if its provider tells neither, prompt if it has none."""

    name: str
    version: str
    sha256: str
    prompt: str = ""


class Checks(Frozen):
    """What the faithfulness check found in the delivered summary and not in the note.

    Attributes:
        numbers_unsupported, words_unsupported, negated_in_note: the texts of the findings on numbers, units and
            dates, about what the note does not hold, and about what it denies; for readers who want no spans.
        findings: all of them, in the summary's order.
        risk: for ranking; the larger, the likelier the summary says what its note does not. 1 for each finding that
            asks for a person, 0.2 for each minor one.
    """

    numbers_unsupported: tuple[str, ...] = ()
    words_unsupported: tuple[str, ...] = ()
    negated_in_note: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    risk: float = Field(default=0, ge=0)


class RejectedSummary(Frozen):
    """A model's summary that failed a severe check; its findings' spans are into this text."""

    summary: str
    findings: tuple[Finding, ...]


class SummaryRecord(Frozen):
    """The published record of one note version, `by_note/<note_uid>/<content_sha256>.json`.

    Attributes:
        summary: what is delivered: the model's summary, or sentences of the note in its place.
        summary_kind: `model`, or `extract` where the model's summary was rejected.
        rejected: the model's summary that an extract stands for.
        evidence: for every clause of `summary`, in its order.
    """

    schema_version: Literal[1] = 1
    note_uid: str
    content_sha256: str
    note_id: str
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None
    source: SourceRecord
    summary: str
    summary_kind: Literal["model", "extract"] = "model"
    rejected: RejectedSummary | None = None
    evidence: tuple[Evidence, ...] = ()
    # A server need not say how it read the note: as a whole, then.
    parts: int = Field(default=1, ge=1)
    passes: int = Field(default=1, ge=1)
    dropped_characters: int = Field(default=0, ge=0)
    dropped_statements: int = Field(default=0, ge=0)
    model: ModelIdentity
    batch_id: str
    summarized_at: str
    status: Literal["draft", "superseded"] = "draft"
    superseded_by: str | None = None
    checks: Checks
    needs_review: bool
    review_reasons: tuple[str, ...] = ()


class QuarantineRecord(Frozen):
    """The published record of something that could not be summarized, `quarantine/<object_id>/<record>.json`."""

    schema_version: Literal[1] = 1
    source: SourceRecord
    stage: Literal["parse", "inference"]
    code: str
    reason: str
    note_uid: str | None = None
    content_sha256: str | None = None
    batch_id: str | None = None


class CodeEvidence(Frozen):
    """Where a candidate code's diagnosis is said."""

    where: Literal["summary", "note"]
    span: Span


class CodeCandidate(Frozen):
    """A code that a coder may confirm.

    Attributes:
        code: ICD-10-CM, with its dot.
        rank: 1 is the likeliest.
        score: comparable within one engine only, 0 to 1.
    """

    code: str
    title: str
    rank: int = Field(ge=1)
    score: float = Field(ge=0, le=1)
    evidence: tuple[CodeEvidence, ...]


class NoteCodes(Frozen):
    """Candidate codes of one note version, `codes/by_note/<note_uid>/<content_sha256>.json`."""

    schema_version: Literal[1] = 1
    note_uid: str
    content_sha256: str
    engine: Literal["lexical", "comprehend-medical"]
    candidates: tuple[CodeCandidate, ...] = ()
