"""The story of a note: its drops, the batches it went with, its summaries or its reason, and where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.looking import rows
from chartbrief.operate.looking.batch_story import batch_events
from chartbrief.operate.looking.object_story import drop_events, shard_events
from chartbrief.operate.looking.rows import Record
from chartbrief.operate.looking.story import Event, Story, in_order
from notes_pipeline.aws.table import Row
from notes_pipeline.core.identify import object_id
from notes_pipeline.models import SourceObject

_DIGITS = 12


def note_story(deployed: Deployed, uid: str) -> Story | None:
    """Return the story of a note, None if the ledger does not know it and no summary of it is there."""
    row, summaries = rows.note_row(deployed, uid), rows.summaries(deployed, uid)
    if row is None and not summaries:
        return None
    why = rows.reason(deployed, row["object_id"], row["record_number"]) if row else None
    return Story(
        subject="note",
        identity=uid,
        facts=_facts(row, summaries, why),
        events=in_order(list(_events(deployed, uid, row, summaries, why))),
    )


def _facts(row: Row | None, summaries: list[Record], why: Record | None) -> dict[str, str]:
    facts = {"status": str(row["status"]) if row else "the ledger has no row of it"}
    if row:
        facts |= {"file": row["key"], "record": str(row["record_number"]), "text": row["content_sha256"]}
    facts |= {f"summary {place}".removesuffix(" 1"): _summary(item) for place, item in enumerate(summaries, start=1)}
    if why and row and row["status"] == "quarantined":
        facts |= {"reason": f"{why['code']}: {why['reason']}", "record lies in": why["address"]}
    return facts


def _summary(record: Record) -> str:
    review = ", for review" if record.get("needs_review") else ""
    return f"{record.get('status')}{review}, {record['address']}"


def _events(
    deployed: Deployed, uid: str, row: Row | None, summaries: list[Record], why: Record | None
) -> Iterator[Event]:
    told: set[tuple[str, int]] = set()
    batches: dict[str, None] = {}
    if row:
        told.add((row["object_id"], row["record_number"]))
        yield from _drop(deployed, row["object_id"], row["record_number"], row["content_sha256"])
        if before := rows.replaced_by(row):
            told.add((before.object_id, before.record))
            yield from _drop(deployed, before.object_id, before.record, before.content_sha256)
        shards = rows.shards_of_note(deployed, row["object_id"], uid)
        yield from shard_events(shards)
        batches |= dict.fromkeys(str(shard["batch_id"]) for shard in shards if shard.get("batch_id"))
    for record in summaries:
        source = {**record["source"]}
        place = object_id(SourceObject(**{name: source[name] for name in ("bucket", "key", "version_id")}))
        if (place, source["record"]) not in told:
            yield from _drop(deployed, place, source["record"], record["content_sha256"])
        yield _summarized(record)
        batches[str(record["batch_id"])] = None
    if why:
        what = f"quarantined ({why['stage']}): {why['code']}"
        batches |= {str(why["batch_id"]): None} if why.get("batch_id") else {}
        yield Event(at="", what=what)
    for batch_id in batches:
        batch = rows.batch_row(deployed, batch_id)
        yield from batch_events(batch) if batch else ()


def _drop(deployed: Deployed, place: str, record: int, text: str) -> Iterator[Event]:
    receipt = rows.receipt(deployed, place, record)
    now = f", {receipt['status']} now" if receipt else ", without a receipt"
    yield from drop_events(rows.object_row(deployed, place), record=f", record {record}, text {text[:_DIGITS]}{now}")


def _summarized(record: Record) -> Event:
    model = record.get("model") or {}
    name = " ".join(filter(None, (model.get("name"), model.get("version"))))
    end = f", superseded by text {record['superseded_by'][:_DIGITS]}" if record.get("superseded_by") else ""
    what = f"text {record['content_sha256'][:_DIGITS]} summarized by {name} in batch {record['batch_id']}{end}"
    return Event(at=str(record.get("summarized_at", "")), what=what)
