"""The parts of a divided drop in the ledger: one row for each that is staged to the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from notes_pipeline.aws.staged_records import ignored_of
from notes_pipeline.aws.table import Row, Table
from notes_pipeline.models import ObjectPart, Status


def unfinished_parts(table: Table, object_id: str, parts: Sequence[ObjectPart]) -> tuple[ObjectPart, ...]:
    """Return those of a drop's parts that are not staged yet."""
    finished = {(row["start"], row["end"]) for row in _rows(table, object_id)}
    return tuple(part for part in parts if (part.start, part.end) not in finished)


def write_part(
    table: Table, object_id: str, part: ObjectPart, counts: Mapping[Status, int], ignored: Mapping[str, int]
) -> None:
    """Record that a part is staged to the end, how many of its records had which status then, and were ignored."""
    row = {"pk": f"OBJECT#{object_id}", "sk": f"PART#{part.start:012d}", **part.model_dump(exclude={"unpacked"})}
    told = {status.value: count for status, count in counts.items()}
    table.put({**row, "counts": told, "ignored": dict(ignored)})


def finished_counts(table: Table, object_id: str) -> tuple[Counter[Status], Counter[str]] | None:
    """Return how many records of a drop had which status when they were staged, and how many were ignored, by kind.

    None as long as a part is not staged. Parts are there if they cover the drop. They are not counted: another version
    of this code may divide otherwise.
    """
    counts, ignored, reached, size = Counter[Status](), Counter[str](), 0, 1
    for row in _rows(table, object_id):
        if row["start"] != reached:
            continue
        reached, size = row["end"], row["size"]
        counts += Counter({Status(name): int(count) for name, count in row["counts"].items()})
        ignored += ignored_of(row)
    return (counts, ignored) if reached == size else None


def _rows(table: Table, object_id: str) -> list[Row]:
    return list(table.query(f"OBJECT#{object_id}", "PART#"))
