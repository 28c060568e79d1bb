"""The story of a dropped file: when it came, what its records came to, and by which batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chartbrief.books import ignored_line
from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.looking import rows
from chartbrief.operate.looking.batch_story import batch_events
from chartbrief.operate.looking.story import Event, Story, in_order
from chartbrief.operate.times import iso
from notes_pipeline.aws.staged_records import ignored_of
from notes_pipeline.aws.table import Row


def object_story(deployed: Deployed, object_id: str, found: tuple[str, str, float] | None = None) -> Story | None:
    """Return the story of a version of a file.

    Args:
        found: its key, version id and time, if it was found in the bucket; it need not be in the ledger then.
    """
    row, receipts = rows.object_row(deployed, object_id), list(rows.receipts(deployed, object_id))
    if row is None and not receipts and found is None:
        return None
    key, version_id, dropped = found or ("", "", None)
    shards, ignored = rows.shards(deployed, object_id), ignored_of(row or {})
    facts = {
        "file": f"s3://{deployed.notes.name}/{(row or {}).get('key', key)}",
        "version": str((row or {}).get("version_id", version_id)),
        "status": _status(row, receipts),
        **{status: str(count) for status, count in Counter(str(item["status"]) for item in receipts).items()},
        **({"ignored": ignored_line(ignored)} if ignored else {}),
    }
    return Story(
        subject="file",
        identity=object_id,
        facts=facts,
        events=in_order(list(_events(deployed, row, shards, iso(dropped) or ""))),
        rows=tuple(_record(deployed, object_id, item) for item in receipts),
    )


def drop_events(row: Row | None, dropped: str = "", record: str = "") -> Iterator[Event]:
    """Yield how a file came and was staged; `record` is the one that is told about."""
    yield Event(at=(row or {}).get("event_time") or dropped, what=f"dropped{_as(row)}{record}")
    if row and row.get("staged_at"):
        yield Event(at=row["staged_at"], what="staged")


def shard_events(shards: list[Row]) -> Iterator[Event]:
    """Yield since when shards wait."""
    for shard in shards:
        again = f", attempt {shard['attempt']}" if shard.get("attempt", 1) > 1 else ""
        waits = ", and waits still" if "backlog" in shard else ""
        yield Event(at=shard["ready_at"], what=f"{shard['notes']} note(s) joined the backlog{again}{waits}")


def _events(deployed: Deployed, row: Row | None, shards: list[Row], dropped: str) -> Iterator[Event]:
    yield from drop_events(row, dropped)
    yield from shard_events(shards)
    for batch_id in dict.fromkeys(shard["batch_id"] for shard in shards if shard.get("batch_id")):
        batch = rows.batch_row(deployed, batch_id)
        yield from batch_events(batch) if batch else ()


def _as(row: Row | None) -> str:
    return f" as {row['key']}" if row else ""


def _status(row: Row | None, receipts: list[Row]) -> str:
    if row:
        return f"staged, {row['records']} record(s)"
    return f"staging has not ended, {len(receipts)} receipt(s) so far" if receipts else "not staged"


def _record(deployed: Deployed, object_id: str, receipt: Row) -> dict[str, str]:
    record = int(receipt["sk"].partition("#")[2])
    why = ""
    if receipt["status"] == "quarantined":
        found = rows.reason(deployed, object_id, record)
        why = f"{found['code']}: {found['reason']}" if found else "no reason is written"
    return {
        "record": str(record) if record else "the whole file",
        "status": str(receipt["status"]),
        "note_uid": str(receipt.get("note_uid", "")),
        "reason": why,
    }
