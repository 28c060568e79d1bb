"""The two flat files of an output folder: one row per note that has a current summary."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chartbrief.note_files import source_of
from chartbrief.records import SummaryView

COLUMNS = ("note_id", "patient_id", "source", "record", "summary", "summary_kind", "needs_review", "reasons", "parts")


def write_tables(summaries: Iterable[SummaryView], out: Path) -> None:
    """Write `summaries.jsonl` and `summaries.csv` with the same rows; superseded summaries are left out."""
    rows = [_row(view) for view in summaries if view.status != "superseded"]
    rows.sort(key=lambda row: (row["source"], row["record"]))
    with (out / "summaries.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with (out / "summaries.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS)
        writer.writeheader()
        writer.writerows(row | {"reasons": "; ".join(row["reasons"])} for row in rows)


def _row(view: SummaryView) -> dict[str, Any]:
    return {
        "note_id": view.note_id,
        "patient_id": view.patient_id,
        "source": source_of(view.source.key),
        "record": view.source.record,
        "summary": view.summary,
        "summary_kind": view.summary_kind,
        "needs_review": view.needs_review,
        "reasons": list(view.review_reasons),
        "parts": view.parts,
    }
