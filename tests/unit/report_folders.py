"""Output folders as runs leave them, made up of the example records."""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from tests.unit.report_examples import STEMI, Example, stemi

from notes_pipeline.core.identify import digest
from notes_pipeline.models import SourceRecord
from notes_pipeline.records import QuarantineRecord, SummaryRecord


def many(count: int) -> Iterable[Example]:
    """`count` notes of about 2,000 characters; a third to review, each its own text."""
    example = stemi()
    for number in range(count):
        text = f"{STEMI}\n" + "Reviewed on the ward round; plan as before. " * 39 + f"Bed {number}."
        made = example.record.model_copy(
            update={
                "note_uid": digest("ed", str(number))[:32],
                "note_id": f"N-{number:05d}",
                "note_type": f"Type {number % 7}",
                "needs_review": number % 3 == 0,
                "source": example.record.source.model_copy(update={"record": number + 1}),
            }
        )
        codes = example.codes and example.codes.model_copy(update={"note_uid": made.note_uid})
        yield Example(made, text, codes)


def write_folder(out: Path, examples: Iterable[Example]) -> Path:
    """Write an output folder that holds these records, their texts, codes and groups, and two rejects."""
    (out / ".chartbrief").mkdir(parents=True)
    with (out / ".chartbrief/notes.jsonl").open("w", encoding="utf-8") as texts:
        for made, text, codes in examples:
            _put(out / f"by_note/{made.note_uid}/{made.content_sha256}.json", made.model_dump_json())
            if text is not None:
                texts.write(_text_line(made, text))
            if codes:
                _put(out / f"codes/by_note/{made.note_uid}/{made.content_sha256}.json", codes.model_dump_json())
    return out


def _text_line(made: SummaryRecord, text: str) -> str:
    line = {"note_uid": made.note_uid, "content_sha256": made.content_sha256, "text": text}
    return json.dumps(line, ensure_ascii=False) + "\n"


def write_rejects(out: Path, reason: str) -> None:
    for number in (3, 0):
        source = SourceRecord(bucket="notes", key="incoming/ed/day.csv", version_id="1", record=number)
        reject = QuarantineRecord(source=source, stage="parse", code="EmptyNote", reason=reason)
        _put(out / f"quarantine/abc/{number:06d}.json", reject.model_dump_json())


def write_groups(out: Path, *rows: tuple[str, str, str]) -> None:
    """Write rows of (patient id, group id, label); an id `icd10:…` is that of a code category's group."""
    (out / "groups/current/patients").mkdir(parents=True)
    table = [_group_row(*row) for row in rows]
    parquet.write_table(pa.Table.from_pylist(table), out / "groups/current/patients/patients.parquet")


def _put(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, "utf-8")


def _group_row(patient_id: str, group_id: str, label: str) -> dict[str, str]:
    kind = "category" if group_id.startswith("icd10:") else "similarity"
    return {"source_system": "ed", "patient_id": patient_id, "group_id": group_id, "kind": kind, "label": label}
