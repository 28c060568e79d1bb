"""Reading notes, with their reference summaries or without, from a data file; every problem is told at once."""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.artifact import sha256_of
from note_summarizer.errors import DataError
from note_summarizer.pairs.pair import Columns, Pair, ReadReport
from note_summarizer.pairs.read_table import Record, read_table
from note_summarizer.pairs.sources import local_copy

_PATIENT, _ID = ("patient_id",), ("note_id", "id")
_NAMED_RECORDS = 5


def read_pairs(source: str, columns: Columns | None = None) -> tuple[list[Pair], ReadReport]:
    """Read note-summary pairs from a CSV, JSON Lines or JSON file, here or in S3.

    Raises:
        DataError: the file cannot be read, a column is missing, or records have an empty note or summary.
    """
    columns = columns or Columns()
    records, sha256 = _records(source)
    _require_columns(source, records, [columns.note, columns.summary, *filter(None, (columns.patient, columns.id))])
    _require_text(source, records, [columns.note, columns.summary])
    patient = columns.patient or _present(records, _PATIENT)
    note_id = columns.id or _present(records, _ID)
    pairs = [
        Pair(
            note=str(record[columns.note]),
            summary=str(record[columns.summary]).strip(),
            record=number,
            patient=_text(record, patient),
            id=_text(record, note_id),
        )
        for number, record in enumerate(records, start=1)
    ]
    return pairs, ReadReport(source, sha256, len(pairs))


def read_notes(source: str, column: str = "note") -> tuple[list[str], ReadReport]:
    """Read notes alone, as pretraining takes them.

    Raises:
        DataError: the file cannot be read, the column is missing, or a note is empty.
    """
    records, sha256 = _records(source)
    _require_columns(source, records, [column])
    _require_text(source, records, [column])
    return [str(record[column]) for record in records], ReadReport(source, sha256, len(records))


def read_unlabelled(source: str, columns: Columns | None = None) -> tuple[list[Pair], ReadReport]:
    """Read notes that need no summary, with patient and id where the file has them, as pairs without a summary.

    Raises:
        DataError: the file cannot be read, a column is missing, or a note is empty.
    """
    columns = columns or Columns()
    records, sha256 = _records(source)
    _require_columns(source, records, [columns.note])
    _require_text(source, records, [columns.note])
    patient, note_id = (
        named if named and _present(records, [named]) else _present(records, usual)
        for named, usual in ((columns.patient, _PATIENT), (columns.id, _ID))
    )
    notes = [
        Pair(str(record[columns.note]), "", number, _text(record, patient), _text(record, note_id))
        for number, record in enumerate(records, start=1)
    ]
    return notes, ReadReport(source, sha256, len(notes))


def _records(source: str) -> tuple[Sequence[Record], str]:
    with local_copy(source) as path:
        return read_table(path, source), sha256_of(path)


def _require_columns(source: str, records: Sequence[Record], wanted: Sequence[str]) -> None:
    present = list(dict.fromkeys(name for record in records for name in record))
    missing = [name for name in wanted if name not in present]
    if missing:
        raise DataError(
            f"{source} has no column {' and no column '.join(missing)}; it has {', '.join(present)}."
            " Name the right ones with --note-column and --summary-column."
        )


def _require_text(source: str, records: Sequence[Record], names: Sequence[str]) -> None:
    problems = []
    for name in names:
        empty = [number for number, record in enumerate(records, start=1) if not _has_text(record.get(name))]
        if empty:
            problems.append(f"{name} is empty or not text in {listed(empty)}")
    if problems:
        raise DataError(f"{source}: {'; '.join(problems)}. Fill them in, or leave these records out.")


def listed(records: Sequence[int]) -> str:
    """Say which records, in so many words: the first few by number and how many more."""
    named = ", ".join(map(str, records[:_NAMED_RECORDS]))
    more = f" and {len(records) - _NAMED_RECORDS} more" if len(records) > _NAMED_RECORDS else ""
    return f"record{'s' if len(records) > 1 else ''} {named}{more}"


def _has_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _present(records: Sequence[Record], names: Sequence[str]) -> str | None:
    return next((name for name in names if any(name in record for record in records)), None)


def _text(record: Record, name: str | None) -> str | None:
    value = record.get(name) if name else None
    return None if value is None or value == "" else str(value)
