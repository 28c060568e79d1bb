"""What the ledger holds of a subject, why it may not be erased now, and taking it out."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from chartbrief.operate.forgetting.subject import Subject
from notes_pipeline.aws.batch_ledger import BatchStatus
from notes_pipeline.aws.table import Row, Table

_RECORD = "RECORD#"


@dataclass
class LedgerTraces:
    """Rows that are the subject's, and rows about shards and batches that hold something of it.

    Attributes:
        receipts: (object id, sort key).
        notes: uids of notes whose version that counts is the subject's.
        replaced: uids of notes whose row remembers a version of the subject's.
        waiting: shards' rows, on the backlog.
        given: shards that an open batch names.
        batches: that have held something of the subject's.
        staged: ids of objects that were staged to the end.
    """

    receipts: set[tuple[str, str]] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    waiting: list[Row] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    batches: set[str] = field(default_factory=set)
    staged: set[str] = field(default_factory=set)


def gather(table: Table, subject: Subject, shards: set[str]) -> LedgerTraces:
    """Look through every row."""
    traces, uids = LedgerTraces(), subject.uids
    statuses: dict[str, str] = {}
    named: dict[str, set[str]] = defaultdict(set)
    for row in table.scan():
        kind, _, name = row["pk"].partition("#")
        if kind == "OBJECT":
            _object(traces, subject, name, row)
        elif kind == "NOTE" and name in uids:
            _note(traces, subject, name, row)
        elif kind == "SHARD" and name in shards and "backlog" in row:
            traces.waiting.append(row)
        elif kind == "BATCH":
            # Shards that were taken may be with the model although their batch is not written down yet.
            taken = "taken" if row["sk"] == "TAKEN" else ""
            statuses[name] = row.get("status", "") or statuses.get(name, "") or taken
            # A plan of an earlier version holds its shards itself.
            text = row.get("shards", "") + row.get("batch_plan", "")
            named[name].update(shard for shard in shards if json.dumps(shard) in text)
    for batch, found in named.items():
        if found:
            traces.batches.add(batch)
            traces.given |= found if statuses[batch] not in ("", BatchStatus.FINISHED.value) else set()
    return traces


def _note(traces: LedgerTraces, subject: Subject, uid: str, row: Row) -> None:
    if (uid, row["content_sha256"]) in subject.versions:
        traces.notes.add(uid)
    elif any(content in row.get("replaced", "") for _, content in subject.versions):
        traces.replaced.add(uid)


def _object(traces: LedgerTraces, subject: Subject, object_id: str, row: Row) -> None:
    if row["sk"] == "OBJECT":
        traces.staged.add(object_id)
    elif row["sk"].startswith(_RECORD):
        number = int(row["sk"].removeprefix(_RECORD))
        version = (row.get("note_uid", ""), row.get("content_sha256", ""))
        if version in subject.versions or (object_id, number) in subject.records:
            traces.receipts.add((object_id, row["sk"]))


def erase_rows(table: Table, traces: LedgerTraces, whole: set[str]) -> int:
    """Delete what is the subject's; a file's row then says how many records it has left, and of how many.

    Files are counted first: cut off behind it, the receipts are still there to be found.

    Args:
        whole: objects that hold nothing else: all that is left of them is that they were staged, so that a message
            about them that comes again does nothing.

    Returns:
        How many rows were deleted.
    """
    for object_id in {object_id for object_id, _ in traces.receipts} | whole:
        _count_without(table, object_id, {key for owner, key in traces.receipts if owner == object_id})
    for uid in traces.replaced:
        table.update(f"NOTE#{uid}", "NOTE", "REMOVE replaced", "attribute_exists(pk)")
    for uid in traces.notes:
        table.delete(f"NOTE#{uid}", "NOTE")
    for object_id, key in traces.receipts:
        table.delete(f"OBJECT#{object_id}", key)
    return len(traces.notes) + len(traces.receipts)


def _count_without(table: Table, object_id: str, mine: Collection[str]) -> None:
    pk = f"OBJECT#{object_id}"
    row = table.get(pk, "OBJECT")
    if row is None:
        return
    left = sum(receipt["sk"] not in mine for receipt in table.query(pk, _RECORD))
    had: int = row["records"] + row.get("erased", 0)
    counts: dict[str, Any] = {"records": left, "erased": had - left}
    table.put({**row, **counts} if left else {"pk": pk, "sk": "OBJECT", **counts})
