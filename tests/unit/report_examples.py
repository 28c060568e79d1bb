"""Made-up records: findings of every severity, an extract, versions, codes, and traps for a page that trusts texts."""

from typing import Any, NamedTuple

from notes_pipeline.core.identify import digest
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

MODEL = ModelIdentity(name="demo-pegasus", version="0.1.0", sha256="c4" * 32)
# What would run, load or break out if any text of a folder were taken for markup, a script or a pattern.
TRAP = (
    "</script><script>window.caught=1</script><!--<script><img src=x onerror=window.caught=1>"
    "\u2028\u2029{{7*7}}&lt;b&gt;\u202e\x00<svg onload=window.caught=1>"
)
# In UTF-16 each of these two faces has two units, so what comes after is two units further than it is code points.
STEMI = (
    "ED 😷 note 😷. 58-year-old man with crushing chest pain for two hours, radiating to the left arm.\n"
    "No fever. Father had a stroke at 61. ECG: ST elevation V2-V4. BP 92/58, HR 118.\n"
    "Given aspirin 300 mg. Acute anterior STEMI; to the cath lab."
)
STEMI_SUMMARY = "Acute anterior STEMI, chest pain radiating to the right arm, fever, stroke, aspirin 325 mg, BP 92/58."


class Example(NamedTuple):
    """A record with its note's text (None: not kept) and its codes (None: not coded)."""

    record: SummaryRecord
    text: str | None
    codes: NoteCodes | None = None


def span(text: str, piece: str) -> Span:
    return Span(start=text.index(piece), end=text.index(piece) + len(piece))


def clause(said: str, summary: str, note: str, *places: str) -> Evidence:
    return Evidence(
        span=span(summary, said), note_spans=tuple(span(note, p) for p in places), support=1.0 if places else 0
    )


def record(note_id: str, text: str, summary: str, **more: Any) -> SummaryRecord:
    fields: dict[str, Any] = {
        "note_uid": digest("ed", note_id)[:32],
        "content_sha256": digest(text),
        "note_id": note_id,
        "source": SourceRecord(bucket="notes", key="incoming/ed/day.csv", version_id="1", record=1),
        "summary": summary,
        "model": MODEL,
        "batch_id": "cb-1",
        "summarized_at": "2031-03-14T09:30:00+00:00",
        "checks": Checks(),
        "needs_review": False,
    }
    return SummaryRecord(**(fields | more))


def stemi(**more: Any) -> Example:
    """A summary with findings of three severities, one of them without a place in the note."""
    said = lambda piece: span(STEMI_SUMMARY, piece)  # noqa: E731
    findings = (
        Finding(
            kind=FindingKind.LATERALITY, severity=Severity.MODERATE, span=said("right arm"),
            note_span=span(STEMI, "left arm"), explanation="The note says left.",
        ),
        Finding(
            kind=FindingKind.NEGATION, severity=Severity.SEVERE, span=said("fever"), note_span=span(STEMI, "No fever"),
            explanation="The note denies it.",
        ),
        Finding(kind=FindingKind.UNIT, severity=Severity.MINOR, span=said("325 mg"), explanation="No such dose."),
    )  # fmt: skip
    evidence = (
        clause("Acute anterior STEMI", STEMI_SUMMARY, STEMI, "Acute anterior STEMI"),
        clause(
            "chest pain radiating to the right arm", STEMI_SUMMARY, STEMI, "chest pain", "radiating to the left arm"
        ),
        clause("fever", STEMI_SUMMARY, STEMI, "No fever"),
        clause("stroke", STEMI_SUMMARY, STEMI, "Father had a stroke"),
        clause("aspirin 325 mg", STEMI_SUMMARY, STEMI),
        clause("BP 92/58", STEMI_SUMMARY, STEMI, "BP 92/58"),
    )
    made = record(
        "ED-1", STEMI, STEMI_SUMMARY, note_type="ED note", patient_id="P1", authored_at="2031-03-14T08:00:00Z",
        evidence=evidence, checks=Checks(findings=findings, risk=2.2), needs_review=True,
        review_reasons=('The note denies, or affirms "fever".',), **more,
    )  # fmt: skip
    return Example(made, STEMI, coded(made, "I21.09", "STEMI of other sites of anterior wall", "Acute anterior STEMI"))


def coded(made: SummaryRecord, code: str, title: str, said: str) -> NoteCodes:
    places = [("summary", made.summary)] + ([("note", STEMI)] if said in STEMI else [])
    evidence = tuple(CodeEvidence(where=where, span=span(text, said)) for where, text in places)
    candidates = (CodeCandidate(code=code, title=title, rank=1, score=0.9, evidence=evidence),)
    return NoteCodes(
        note_uid=made.note_uid, content_sha256=made.content_sha256, engine="lexical", candidates=candidates
    )


def extract() -> Example:
    text = "Right lower lobe pneumonia. Amoxicillin 1 g three times a day. Walked to the shop."
    summary, rejected = "Right lower lobe pneumonia.", "Left lower lobe pneumonia, died."
    findings = tuple(
        Finding(kind=kind, severity=Severity.SEVERE, span=span(rejected, piece), note_span=near, explanation=why)
        for kind, piece, near, why in (
            (FindingKind.LATERALITY, "Left", span(text, "Right"), "The note says right."),
            (FindingKind.OUTCOME, "died", None, "The note speaks of no death."),
        )
    )
    made = record(
        "NUR-2", text, summary, note_type="Nursing note", patient_id="P2", summary_kind="extract", needs_review=True,
        rejected=RejectedSummary(summary=rejected, findings=findings),
        evidence=(clause(summary, summary, text, "Right lower lobe pneumonia."),), review_reasons=("It was rejected.",),
    )  # fmt: skip
    return Example(made, text, coded(made, "J18.1", "Lobar pneumonia, unspecified organism", "pneumonia"))


def amended() -> tuple[Example, Example]:
    """A note's superseded version and its current one."""
    old, new = "Sprained ankle.", "Sprained ankle, no fracture."
    current = record("ED-3", new, "Sprained ankle, no fracture on film.", summarized_at="2031-03-15T09:30:00+00:00")
    past = record("ED-3", old, old, status="superseded", superseded_by=current.content_sha256)
    return Example(past, old), Example(current, new)


def trapped() -> Example:
    made = record(
        TRAP, TRAP, f"Odd {TRAP}", note_type=TRAP, patient_id=TRAP, encounter_id=TRAP, needs_review=True,
        review_reasons=(TRAP,), evidence=(Evidence(span=Span(start=0, end=3), note_spans=(), support=0),),
        checks=Checks(findings=(Finding(kind=FindingKind.WORD, severity=Severity.MINOR, span=Span(start=0, end=9999), explanation=TRAP),)),  # noqa: E501
    )  # fmt: skip
    return Example(made, TRAP, coded(made, "Z99.89", TRAP, "Odd"))


def day() -> list[Example]:
    """A small day: one of everything, and a note whose text was not kept."""
    lost = Example(record("ED-4", "lost", "Wrist pain."), None)
    return [stemi(), extract(), *amended(), lost, trapped()]
