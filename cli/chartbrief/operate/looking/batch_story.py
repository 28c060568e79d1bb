"""The story of a batch, and the lines of it that belong to the stories of its notes and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.looking.rows import batch_row, object_row
from chartbrief.operate.looking.story import Event, Story, in_order
from notes_pipeline.aws import planned_shards
from notes_pipeline.aws.table import Row
from notes_pipeline.models import BatchPlan

_COUNTS = ("notes", "tokens", "summarized", "quarantined", "put_back")
_OTHERS = ("estimated_seconds", "instance_seconds", "stop_reason", "reason", "counted_on", "place")


def batch_story(deployed: Deployed, batch_id: str) -> Story | None:
    """Return the story of a batch, None if the ledger has none of that id."""
    row = batch_row(deployed, batch_id)
    if row is None:
        return None
    plan = BatchPlan.model_validate_json(row["batch_plan"])
    shards = list(planned_shards.read_shards(deployed.table, batch_id))
    facts = {
        "status": _status(row),
        "way": plan.mode.value,
        "model": " ".join(filter(None, (plan.engine.option, plan.engine.model_id))),
        "shards": str(len(shards)),
        "job": str(row.get("job_name") or batch_id),
        **{name.replace("_", " "): str(row[name]) for name in (*_COUNTS, *_OTHERS) if row.get(name) not in (None, "")},
    }
    files = Counter(shard.object_id for shard in shards)
    return Story(
        subject="batch",
        identity=batch_id,
        facts=facts,
        events=in_order(list(batch_events(row))),
        rows=tuple(_file(deployed, object_id, count) for object_id, count in files.items()),
    )


def batch_events(row: Row) -> Iterator[Event]:
    """Yield what happened to a batch."""
    name = row["pk"].removeprefix("BATCH#")
    yield Event(at=row["ready_at"], what=f"batch {name} was planned")
    if row.get("started_at"):
        yield Event(at=row["started_at"], what=f"batch {name} was given to the model")
    if row.get("finished_at") or row["status"] == "finished":
        ended = f" ({row['ended']})" if row.get("ended") else ""
        why = f", reason {row['reason']}" if row.get("reason") else ""
        yield Event(at=row.get("finished_at", ""), what=f"batch {name} was collected to the end{ended}{why}")


def _status(row: Row) -> str:
    ended = f", its job ended {row['ended']}" if row.get("ended") else ""
    tries = f", {row['tries']} failed tries" if row.get("tries") else ""
    return f"{row['status']}{ended}{tries}"


def _file(deployed: Deployed, object_id: str, shards: int) -> dict[str, str]:
    row = object_row(deployed, object_id) or {}
    return {"file": str(row.get("key", "")), "object_id": object_id, "shards": str(shards)}
