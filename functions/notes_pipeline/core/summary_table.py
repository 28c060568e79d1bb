"""The tables that analysts query: summaries and codes as flat rows, and their Parquet schemas (docs/tables.md).

Columns are added at the end, never renamed, removed or given another type: old files and new ones are one table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from notes_pipeline.core.identify import source_path
from notes_pipeline.records import Checks, NoteCodes, Severity, SummaryRecord

_FINDING = pa.struct(
    [
        ("kind", pa.string()),
        ("severity", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("explanation", pa.string()),
    ]
)
_TIME = pa.timestamp("ms", tz="UTC")
SUMMARIES = pa.schema(
    [
        ("note_uid", pa.string()),
        ("content_sha256", pa.string()),
        ("note_id", pa.string()),
        ("patient_id", pa.string()),
        ("encounter_id", pa.string()),
        ("note_type", pa.string()),
        ("authored_at", pa.string()),
        ("source_system", pa.string()),
        ("source_bucket", pa.string()),
        ("source_key", pa.string()),
        ("source_version_id", pa.string()),
        ("source_record", pa.int32()),
        ("summary", pa.string()),
        ("summary_kind", pa.string()),
        ("rejected_summary", pa.string()),
        ("status", pa.string()),
        ("needs_review", pa.bool_()),
        ("review_reasons", pa.list_(pa.string())),
        ("severe_findings", pa.int32()),
        ("moderate_findings", pa.int32()),
        ("minor_findings", pa.int32()),
        ("findings", pa.list_(_FINDING)),
        ("risk", pa.float64()),
        ("support", pa.float64()),
        ("parts", pa.int32()),
        ("dropped_characters", pa.int32()),
        ("dropped_statements", pa.int32()),
        ("model_name", pa.string()),
        ("model_version", pa.string()),
        ("model_sha256", pa.string()),
        ("model_prompt", pa.string()),
        ("batch_id", pa.string()),
        ("summarized_at", _TIME),
    ]
)
CODES = pa.schema(
    [
        ("note_uid", pa.string()),
        ("content_sha256", pa.string()),
        ("note_id", pa.string()),
        ("patient_id", pa.string()),
        ("encounter_id", pa.string()),
        ("source_system", pa.string()),
        ("status", pa.string()),
        ("engine", pa.string()),
        ("code", pa.string()),
        ("category", pa.string()),
        ("title", pa.string()),
        ("rank", pa.int32()),
        ("score", pa.float64()),
        ("in_summary", pa.bool_()),
        ("in_note", pa.bool_()),
        ("batch_id", pa.string()),
        ("summarized_at", _TIME),
    ]
)
_CATEGORY = 3  # characters of a code that name its category


def day_of(record: SummaryRecord) -> str:
    """Return the partition a record belongs to: the UTC day on which its batch ended, YYYY-MM-DD."""
    return _time(record.summarized_at).date().isoformat()


def summary_row(record: SummaryRecord) -> dict[str, Any]:
    """Return a record as a row of the table `summaries`.

    Findings are those of the rejected summary where an extract is delivered; their places and texts are of that one.
    """
    said = record.rejected.summary if record.rejected else record.summary
    checks = Checks(findings=record.rejected.findings) if record.rejected else record.checks
    counts = Counter(finding.severity for finding in checks.findings)
    plain = record.model_dump(
        exclude={"schema_version", "source", "rejected", "evidence", "passes", "model", "superseded_by", "checks"}
    )
    return {
        **plain,
        "source_system": _system(record),
        **{f"source_{name}": value for name, value in record.source.model_dump().items()},
        **{f"model_{name}": value for name, value in record.model.model_dump().items()},
        "rejected_summary": record.rejected.summary if record.rejected else None,
        **{f"{severity.value}_findings": counts[severity] for severity in Severity},
        "findings": [
            {
                "kind": finding.kind.value,
                "severity": finding.severity.value,
                "start": finding.span.start,
                "end": finding.span.end,
                "text": said[finding.span.start : finding.span.end],
                "explanation": finding.explanation,
            }
            for finding in checks.findings
        ],
        "risk": record.checks.risk,
        "support": _support(record),
        "review_reasons": list(record.review_reasons),
        "summarized_at": _time(record.summarized_at),
    }


def code_rows(record: SummaryRecord, codes: NoteCodes) -> Iterable[dict[str, Any]]:
    """Yield a note's candidate codes as rows of the table `codes`."""
    shared = ("note_uid", "content_sha256", "note_id", "patient_id", "encounter_id", "status", "batch_id")
    for candidate in codes.candidates:
        places = {evidence.where for evidence in candidate.evidence}
        yield {
            **{name: getattr(record, name) for name in shared},
            "source_system": _system(record),
            "engine": codes.engine,
            "code": candidate.code,
            "category": candidate.code[:_CATEGORY],
            "title": candidate.title,
            "rank": candidate.rank,
            "score": candidate.score,
            "in_summary": "summary" in places,
            "in_note": "note" in places,
            "summarized_at": _time(record.summarized_at),
        }


def _support(record: SummaryRecord) -> float | None:
    """Return the mean support of the summary's clauses; None without evidence (records of earlier versions)."""
    if not record.evidence:
        return None
    return round(sum(item.support for item in record.evidence) / len(record.evidence), 3)


def _system(record: SummaryRecord) -> str:
    """Return the source system: a patient's or a note's id means something within it only."""
    return source_path(record.source.key)[0]


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
