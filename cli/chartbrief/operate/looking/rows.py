"""Rows and records that the stories are put together from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.listings import entries
from notes_pipeline.aws.note_ledger import receipt_key
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Row
from notes_pipeline.core.stage_notes import sidecar_key
from notes_pipeline.errors import MissingError
from notes_pipeline.models import NoteVersion
from notes_pipeline.steps.stage_records import quarantine_key

Record = dict[str, Any]
_SIDECAR = ".notes.jsonl"


def note_row(deployed: Deployed, uid: str) -> Row | None:
    """Return a note's row."""
    return deployed.table.get(f"NOTE#{uid}", "NOTE")


def object_row(deployed: Deployed, object_id: str) -> Row | None:
    """Return the row that closed a file's staging."""
    return deployed.table.get(f"OBJECT#{object_id}", "OBJECT")


def batch_row(deployed: Deployed, batch_id: str) -> Row | None:
    """Return a batch's row."""
    return deployed.table.get(f"BATCH#{batch_id}", "BATCH")


def receipt(deployed: Deployed, object_id: str, record: int) -> Row | None:
    """Return the receipt of a record."""
    return deployed.table.get(f"OBJECT#{object_id}", receipt_key(record))


def receipts(deployed: Deployed, object_id: str) -> Iterator[Row]:
    """Yield a file's receipts in the order of its records."""
    return deployed.table.query(f"OBJECT#{object_id}", "RECORD#")


def replaced_by(row: Row) -> NoteVersion | None:
    """Return the version that a note's current one replaced."""
    return NoteVersion.model_validate_json(row["replaced"]) if "replaced" in row else None


def summaries(deployed: Deployed, uid: str) -> list[Record]:
    """Return a note's summary records by the time they were made, each with its `address`."""
    found = []
    for entry in entries(deployed.summaries.name, f"by_note/{uid}/"):
        record = read_record(deployed.summaries, entry.key)
        if record:
            found.append({**record, "address": f"s3://{deployed.summaries.name}/{entry.key}"})
    return sorted(found, key=lambda record: str(record.get("summarized_at", "")))


def reason(deployed: Deployed, object_id: str, record: int) -> Record | None:
    """Return the quarantine record of a record, with its `address`."""
    key = quarantine_key(object_id, record)
    found = read_record(deployed.summaries, key)
    return {**found, "address": f"s3://{deployed.summaries.name}/{key}"} if found else None


def shard_keys(deployed: Deployed, object_id: str) -> list[str]:
    """Return the keys of a file's shards, also of those that were made of parts of others."""
    return [key for key in deployed.work.keys(f"staged/{object_id}/") if not key.endswith(_SIDECAR)]


def shards(deployed: Deployed, object_id: str) -> list[Row]:
    """Return the rows of a file's shards."""
    rows = (deployed.table.get(f"SHARD#{key}", "SHARD") for key in shard_keys(deployed, object_id))
    return [row for row in rows if row]


def shards_of_note(deployed: Deployed, object_id: str, uid: str) -> list[Row]:
    """Return the rows of those of a file's shards that hold a note."""
    return [row for row in shards(deployed, object_id) if _holds(deployed.work, row["key"], uid)]


def read_record(bucket: Bucket, key: str) -> Record | None:
    """Return a JSON object, None if there is none."""
    try:
        found = json.loads(bucket.read(key))
    except (MissingError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _holds(work: Bucket, key: str, uid: str) -> bool:
    try:
        lines = work.read(sidecar_key(key)).splitlines()
    except MissingError:
        return False
    return any(json.loads(line)["note_uid"] == uid for line in lines)
