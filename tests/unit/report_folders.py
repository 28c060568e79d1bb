"""Output folders as runs leave them, made up of the example records."""

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet
from tests.unit.report_examples import STEMI, Example, stemi

from chartbrief.report.groups import Groups
from chartbrief.report.record_views import CodesView, RecordView
from chartbrief.report.show_folder import Folder
from notes_pipeline.core.identify import digest
from notes_pipeline.models import SourceRecord
from notes_pipeline.records import QuarantineRecord, SummaryRecord


def many(count: int) -> Folder:
    """A folder of `count` notes of about 2,000 characters, each with its own text, a third of them to review."""
    example = stemi()
    base = RecordView.model_validate_json(example.record.model_dump_json())
    codes = CodesView.model_validate_json(example.codes.model_dump_json()) if example.codes else CodesView()
    records = tuple(_numbered(base, number) for number in range(count))
    uids = [(view.note_uid, view.content_sha256) for view in records]
    padding = "Reviewed on the ward round; plan as before. " * 39
    texts = {uid: f"{STEMI}\n{padding}Bed {number}." for number, uid in enumerate(uids)}
    return Folder(None, records, texts, dict.fromkeys(uids, codes), Groups({}), ())


def _numbered(base: RecordView, number: int) -> RecordView:
    changed = {
        "note_uid": digest("ed", str(number))[:32],
        "note_id": f"N-{number:05d}",
        "note_type": f"Type {number % 7}",
        "needs_review": number % 3 == 0,
        "source": base.source.model_copy(update={"record": number + 1}),
    }
    return base.model_copy(update=changed)


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
