"""What the page reads of the published records. Unknown fields are skipped, and every newer field may be missing."""

from pydantic import BaseModel, ConfigDict

from chartbrief.records import SummaryView


class View(BaseModel):
    """Base of the views."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Span(View):
    """A stretch of a text in code points, half-open."""

    start: int
    end: int


class FindingView(View):
    """What a check found; `span` is in the summary, `note_span` in the note."""

    kind: str
    severity: str
    span: Span
    note_span: Span | None = None
    explanation: str = ""


class EvidenceView(View):
    """A clause of the summary, and where the note says it."""

    span: Span
    note_spans: tuple[Span, ...] = ()
    support: float = 0.0


class ChecksView(View):
    """What the checks found in the delivered summary."""

    findings: tuple[FindingView, ...] = ()
    risk: float = 0.0


class RejectedView(View):
    """The model's summary that an extract stands for."""

    summary: str
    findings: tuple[FindingView, ...] = ()


class ModelView(View):
    """Which model wrote the summary."""

    name: str = ""
    version: str = ""
    sha256: str = ""


class RecordView(SummaryView):
    """A summary record with all that the page shows of it."""

    rejected: RejectedView | None = None
    evidence: tuple[EvidenceView, ...] = ()
    checks: ChecksView = ChecksView()
    model: ModelView = ModelView()
    summarized_at: str = ""
    superseded_by: str | None = None
    dropped_characters: int = 0
    dropped_statements: int = 0


class CodeEvidenceView(View):
    """Where a candidate's diagnosis is said: in the `summary` or in the `note`."""

    where: str
    span: Span


class CandidateView(View):
    """A code for a coder to confirm or not."""

    code: str
    title: str = ""
    rank: int
    score: float = 0.0
    evidence: tuple[CodeEvidenceView, ...] = ()


class CodesView(View):
    """Candidate codes of one note version."""

    engine: str = ""
    candidates: tuple[CandidateView, ...] = ()
