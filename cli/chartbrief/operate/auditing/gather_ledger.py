"""The ledger's rows as evidence: all of them by a scan in several parts, or those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from chartbrief.operate.auditing.evidence import Evidence, Fact
from chartbrief.operate.streams import merged
from chartbrief.operate.times import seconds_of
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.aws.staged_records import ignored_of
from notes_pipeline.aws.table import READ_TOGETHER, Row, Table

_SEGMENTS = 8
# Not among them: what a note replaced, and plans, the only long ones.
FIELDS = (
    *("pk", "sk", "status", "records", "key", "version_id", "event_time", "staged_at", "note_uid", "content_sha256"),
    *("code", "object_id", "record_number", "batch_id", "backlog", "notes", "ready_at", "divided", "erased", "ignored"),
)
Found = tuple[str, Fact]


def gather_ledger(evidence: Evidence, table: Table) -> int:
    """Take down every row; return how many there are."""
    readers = [partial(table.scan, part, _SEGMENTS, FIELDS) for part in range(_SEGMENTS)]
    return sum(take_down(evidence, rows) for rows in merged(readers, _SEGMENTS))


def take_down(evidence: Evidence, rows: Iterable[Row]) -> int:
    """Take down these rows; return how many they are."""
    facts: dict[str, list[Fact]] = {}
    count = 0
    for row in rows:
        count += 1
        found = fact_of(row)
        if found:
            facts.setdefault(found[0], []).append(found[1])
    for name, some in facts.items():
        evidence.add(name, some)
    return count


def rows_at(table: Table, keys: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """Yield the rows there are at these keys, no two of which are the same."""
    for some in in_batches(keys, READ_TOGETHER):
        yield from table.get_all(some).values()


def fact_of(row: Row) -> Found | None:
    """Return what a row says, and the table of evidence it belongs to; None for rows an audit does not look at."""
    kind, _, name = row["pk"].partition("#")
    reader = _READERS.get(f"{kind}/{row['sk'].partition('#')[0]}")
    return reader(name, row) if reader else None


def _object(name: str, row: Row) -> Found:
    times = (seconds_of(row.get("event_time")), seconds_of(row.get("staged_at")))
    # Of a file that records were erased from nothing is left by its own name: `chartbrief forget`.
    key = None if "erased" in row else row.get("key")
    return "objects", (name, key, row.get("version_id", ""), row.get("records", 0), ignored_of(row).total(), *times)


def _receipt(name: str, row: Row) -> Found:
    said = tuple(row.get(field) for field in ("status", "note_uid", "content_sha256", "code"))
    return "receipts", (name, int(row["sk"].partition("#")[2]), *said)


def _note(name: str, row: Row) -> Found:
    said = tuple(row.get(field) for field in ("content_sha256", "status", "object_id", "record_number"))
    return "notes", (name, *said, seconds_of(row.get("event_time")))


def _shard(name: str, row: Row) -> Found:
    said = (row.get("object_id"), row.get("batch_id"), "backlog" in row, "divided" in row, row.get("notes", 0))
    return "shards", (name, *said, seconds_of(row.get("ready_at")))


def _batch(name: str, row: Row) -> Found:
    return "batches", (name, row.get("status"), "backlog" in row, seconds_of(row.get("ready_at")))


_READERS: dict[str, Callable[[str, Row], Found]] = {
    "OBJECT/OBJECT": _object,
    "OBJECT/RECORD": _receipt,
    "NOTE/NOTE": _note,
    "SHARD/SHARD": _shard,
    "BATCH/BATCH": _batch,
}
