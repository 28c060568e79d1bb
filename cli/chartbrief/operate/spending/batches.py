"""The ledger's batches and days, as far as they say what was spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from chartbrief.operate.streams import merged
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.table import Row, Table
from notes_pipeline.models import BatchMode, BatchPlan

_SEGMENTS = 8
_FIELDS = (
    *("pk", "sk", "status", "ready_at", "started_at", "finished_at", "ended", "reason", "counted_on", "batch_plan"),
    *("notes", "tokens", "summarized", "quarantined", "put_back", "instance_seconds", "estimated_seconds"),
)


@dataclass(frozen=True)
class SpentBatch:
    """A batch, and what it took; 0 for what its row does not say.

    Attributes:
        day: on whose caps it counts (ISO, UTC): the one it was given to the model, or was planned on.
        instance_seconds: billed, None while its job runs, or if nothing recorded them.
        estimated_seconds: instance-seconds, before it started.
        tokens: of its notes, as estimated when they were staged.
        max_output_tokens: most tokens of an answer; 0 if that is not known.
    """

    batch_id: str
    day: str
    way: BatchMode
    option: str
    model_id: str
    is_finished: bool
    has_failed: bool
    notes: int
    tokens: int
    max_output_tokens: int
    summarized: int
    quarantined: int
    put_back: int
    instance_seconds: int | None
    estimated_seconds: int


@dataclass(frozen=True)
class Waiting:
    """What waits for the model."""

    notes: int
    tokens: int


def batches_between(table: Table, first: str, last: str) -> Iterator[SpentBatch]:
    """Yield the batches of some days (ISO dates, both included). The whole ledger is read: batches have no index."""
    for found in merged([partial(_read, table, segment, first, last) for segment in range(_SEGMENTS)], _SEGMENTS):
        yield from found


def day_rows(table: Table, days: list[str]) -> dict[str, Row]:
    """Return the ledger's rows of days, by date; at most 100."""
    rows = table.get_all([(f"DAY#{day}", "DAY") for day in days])
    return {pk.removeprefix("DAY#"): row for (pk, _), row in rows.items()}


def waiting(table: Table) -> Waiting:
    """Return what waits for the model."""
    notes = tokens = 0
    for shard in BatchLedger(table).backlog():
        notes, tokens = notes + shard.notes, tokens + shard.tokens
    return Waiting(notes, tokens)


def _read(table: Table, segment: int, first: str, last: str) -> Iterator[SpentBatch]:
    for row in table.scan(segment, _SEGMENTS, _FIELDS):
        if row["sk"] == "BATCH":
            batch = spent_batch(row)
            if first <= batch.day <= last:
                yield batch


def spent_batch(row: Row) -> SpentBatch:
    """Return what a batch's row says of it."""
    plan = BatchPlan.model_validate_json(row["batch_plan"])
    return SpentBatch(
        batch_id=plan.batch_id,
        day=row.get("counted_on") or str(row.get("started_at") or row["ready_at"])[:10],
        way=plan.mode,
        option=plan.engine.option,
        model_id=plan.engine.model_id,
        is_finished=row["status"] == "finished",
        has_failed=bool(row.get("reason")),
        notes=row.get("notes") or plan.notes,
        tokens=row.get("tokens", 0),
        max_output_tokens=plan.engine.max_output_tokens,
        summarized=row.get("summarized", 0),
        quarantined=row.get("quarantined", 0),
        put_back=row.get("put_back", 0),
        instance_seconds=row.get("instance_seconds"),
        estimated_seconds=row.get("estimated_seconds", 0),
    )
