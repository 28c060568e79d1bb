"""One record as the page's script takes it: spans in UTF-16 code units, as pairs, and only what is shown."""

from collections.abc import Iterable
from typing import Any

from chartbrief.note_files import source_of
from chartbrief.report.record_views import CandidateView, CodesView, FindingView, RecordView, Span
from chartbrief.report.utf16 import Utf16Offsets

Pair = list[int]


def show_record(view: RecordView, text: str | None, codes: CodesView | None) -> dict[str, Any]:
    """A version of a note; `text` is None where the folder does not keep it, `codes` where it was not coded."""
    summary, note = Utf16Offsets(view.summary), Utf16Offsets(text or "")
    rejected = view.rejected
    return {
        "sha": view.content_sha256,
        "status": view.status,
        "kind": view.summary_kind,
        "summary": view.summary,
        "text": text,
        "review": view.needs_review,
        "reasons": list(view.review_reasons),
        "evidence": [
            {"span": _pair(e.span, summary), "places": _pairs(e.note_spans, note), "support": e.support}
            for e in view.evidence
        ],
        "findings": [_finding(f, summary, note) for f in view.checks.findings],
        "rejected": rejected
        and {
            "summary": rejected.summary,
            "findings": [_finding(f, Utf16Offsets(rejected.summary), note) for f in rejected.findings],
        },
        "codes": codes
        and {"engine": codes.engine, "candidates": [_candidate(c, summary, note) for c in codes.candidates]},
        "facts": _facts(view),
    }


def _facts(view: RecordView) -> dict[str, str]:
    model = " ".join(part for part in (view.model.name, view.model.version, view.model.sha256[:12]) if part)
    facts = {
        "Patient": view.patient_id,
        "Encounter": view.encounter_id,
        "Written": view.authored_at,
        "Source": f"{source_of(view.source.key)}, record {view.source.record}",
        "Model": model,
        "Summarized": view.summarized_at,
        "Read in": f"{view.parts} parts" if view.parts > 1 else "",
        "Left out": _left_out(view),
    }
    return {name: value for name, value in facts.items() if value}


def _left_out(view: RecordView) -> str:
    left = []
    if view.dropped_statements:
        left.append(f"{view.dropped_statements} statements of its parts")
    if view.dropped_characters:
        left.append(f"{view.dropped_characters} characters that the model did not read")
    return ", ".join(left)


def _finding(finding: FindingView, summary: Utf16Offsets, note: Utf16Offsets) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "span": _pair(finding.span, summary),
        "place": finding.note_span and _pair(finding.note_span, note),
        "why": finding.explanation,
    }


def _candidate(candidate: CandidateView, summary: Utf16Offsets, note: Utf16Offsets) -> dict[str, Any]:
    said = {where: [e.span for e in candidate.evidence if e.where == where] for where in ("summary", "note")}
    return {
        "code": candidate.code,
        "title": candidate.title,
        "score": candidate.score,
        "said": _pairs(said["summary"], summary),
        "places": _pairs(said["note"], note),
    }


def _pair(span: Span, offsets: Utf16Offsets) -> Pair:
    return [offsets.at(span.start), offsets.at(span.end)]


def _pairs(spans: Iterable[Span], offsets: Utf16Offsets) -> list[Pair]:
    return [_pair(span, offsets) for span in spans]
