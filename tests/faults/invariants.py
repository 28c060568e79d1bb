"""What must hold when everything has come to rest; each broken promise is one line."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.faults.notes import newest
from tests.faults.outcome import Outcome
from tests.faults.world import World

from notes_pipeline.aws.note_ledger import receipt_key

Row = Mapping[str, Any]
NEEDED_QUEUES = ("NotesUploadedDeadLetterQueue", "TransformFinishedDeadLetterQueue", "SummariesWrittenDeadLetterQueue")


def violations(world: World, outcome: Outcome) -> list[str]:
    """Return every promise that this run broke."""
    rows = world.rows()
    return [
        *_waiting(world, rows, outcome),
        *_books(rows, outcome),
        *_notes(world, rows, outcome),
        *_asked_too_often(world, outcome),
        *_announced(world),
    ]


def _waiting(world: World, rows: Mapping[tuple[str, str], Row], outcome: Outcome) -> Iterator[str]:
    if not outcome.is_quiet:
        yield "it does not come to rest"
    for (pk, _), row in rows.items():
        if "backlog" in row:
            yield f"{pk} waits for ever ({row['backlog']})"
    for queue, function, _ in _queues(world):
        if queue.messages:
            yield f"{queue.name}: a message keeps coming"
        if queue.dead and function != "BatchDueFunction":
            yield f"{queue.name}: {len(queue.dead)} dead letter(s)"


def _queues(world: World) -> Iterator[tuple[Any, str, int]]:
    for function in world.functions.values():
        for source in function.queues:
            yield world.wiring.queue(source.queue_arn), function.name, source.batch_size


def _books(rows: Mapping[tuple[str, str], Row], outcome: Outcome) -> Iterator[str]:
    receipts = [row for (pk, sk), row in rows.items() if pk.startswith("OBJECT#") and sk.startswith("RECORD#")]
    statuses = Counter(row["status"] for row in receipts)
    received = sum(drop.records for drop in outcome.schedule.drops)
    if len(receipts) != received:
        yield f"{received} records were received and {len(receipts)} have a receipt"
    if statuses["pending"]:
        yield f"{statuses['pending']} receipt(s) pending for ever: {_names(receipts, 'pending')}"
    closed = [row for (pk, sk), row in rows.items() if sk == "OBJECT"]
    if len(closed) != len(outcome.schedule.drops):
        yield f"{len(closed)} of {len(outcome.schedule.drops)} drops were staged to the end"
    for row in closed:
        mine = sum(r["pk"] == row["pk"] for r in receipts)
        if row["records"] != mine:
            yield f"{row['key']} has {mine} receipts of {row['records']} records"


def _names(receipts: list[Row], status: str) -> str:
    return ", ".join(f"{row['pk']}/{row['sk']}" for row in receipts if row["status"] == status)


def _notes(world: World, rows: Mapping[tuple[str, str], Row], outcome: Outcome) -> Iterator[str]:
    records = [json.loads(body) for body in world.objects("SummariesBucket", "by_note/").values()]
    quarantine = [json.loads(body) for body in world.objects("SummariesBucket", "quarantine/").values()]
    notes = {pk: row for (pk, sk), row in rows.items() if sk == "NOTE"}
    receipts = {key: row for key, row in rows.items() if key[1].startswith("RECORD#")}
    expected = newest(outcome.schedule.drops)
    if len(notes) != len(expected):
        yield f"{len(expected)} notes were dropped and the ledger has {len(notes)}"
    hashes = {_sha(note.text): note for note in expected.values()}
    for pk, row in notes.items():
        note = hashes.get(row["content_sha256"])
        uid = pk.removeprefix("NOTE#")
        mine = [record for record in records if record["note_uid"] == uid]
        current = [record for record in mine if record["status"] == "draft"]
        held = [r for r in quarantine if r.get("note_uid") == uid and r["content_sha256"] == row["content_sha256"]]
        name = note.mark if note else pk
        if note is None:
            yield f"{pk}: the ledger does not hold the newest text"
        yield from _one_note(name, row, current, held)
        counted = [r for r in receipts.values() if r.get("note_uid") == uid and r["status"] == "summarized"]
        if len(counted) != (row["status"] == "summarized"):
            yield f"{name}: {len(counted)} receipts say summarized, the note says {row['status']}"
        owner = receipts.get((f"OBJECT#{row['object_id']}", receipt_key(row["record_number"])))
        if owner is None or owner["status"] != row["status"]:
            yield f"{name}: its owner's receipt says {owner and owner['status']}, the note says {row['status']}"
        if note and note.kind == "good" and row["status"] != "summarized" and not _may_fail(outcome):
            yield f"{name}: nothing failed for good, and it is {row['status']}"


def _one_note(name: str, row: Row, current: list[dict[str, Any]], held: list[Any]) -> Iterator[str]:
    if row["status"] == "summarized":
        if [record["content_sha256"] for record in current] != [row["content_sha256"]]:
            yield f"{name}: summarized, and its current summaries are {[r['content_sha256'][:8] for r in current]}"
    elif row["status"] == "quarantined":
        if current:
            yield f"{name}: its newest text is quarantined, and {len(current)} summary of another is current"
        if len(held) < 1:
            yield f"{name}: quarantined without a record that says why"
    else:
        yield f"{name}: {row['status']} for ever"


def _may_fail(outcome: Outcome) -> bool:
    return any(end != "completed" for end in outcome.ends) or bool(outcome.schedule.refusals)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _asked_too_often(world: World, outcome: Outcome) -> Iterator[str]:
    for mark, times in world.services.answered.items():
        claims = _claims(outcome, mark)
        allowed = claims + outcome.excused[mark]
        if times > allowed:
            yield f"{mark}: answered {times} times, {allowed} of them accounted for"


def _claims(outcome: Outcome, mark: str) -> int:
    """How often a version may have been the one to summarize when it came: it is asked for anew each time."""
    claims, last = 0, None
    for drop in outcome.schedule.drops:
        for note in drop.notes:
            if note.mark[:3] == mark[:3] and not drop.is_broken and note.kind != "empty":
                # What is dropped again after it was quarantined is tried again.
                claims += note.mark == mark and (last != mark or note.kind != "good" or _may_fail(outcome))
                last = note.mark
    return max(claims, 1)


def _announced(world: World) -> Iterator[str]:
    """Every batch that wrote a summary was announced, and what is current is in a table."""
    told = {
        event["detail"]["batch_id"] for event in world.wiring.announced if event["detail-type"] == "Summaries Written"
    }
    records = {key: body for key, body in world.objects("WorkBucket", "batches/").items() if "/records/" in key}
    wrote = {key.split("/")[1] for key, body in records.items() if body}
    for batch in sorted(wrote - told):
        yield f"{batch} wrote summaries and announced none"
    tables = {key.split("/")[2] for key in world.objects("SummariesBucket", "table/")}
    bodies = world.objects("SummariesBucket", "by_note/").values()
    current = {r["batch_id"] for r in map(json.loads, bodies) if r["status"] == "draft"}
    for batch in sorted(current):
        if f"batch={batch}" not in tables:
            yield f"{batch}: a current summary of it is in no table"
