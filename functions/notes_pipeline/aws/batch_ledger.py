"""The ledger's shards and batches: what waits for the model, what is with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import accumulate

from notes_pipeline.aws import planned_shards
from notes_pipeline.aws.table import Row, Table
from notes_pipeline.models import BatchMode, BatchPlan, PlannedBatch, StagedShard

# What a row holds as it is, and as ISO times, once it is known.
_PLAIN = ("progress", "place", "busiest", "counted_on", "estimated_seconds", "stop_reason")
_TIMES = ("started_at", "deadline", "oldest")


class BatchStatus(StrEnum):
    """Where a batch stands."""

    PLANNED = "planned"
    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True)
class OpenBatch:
    """A batch that the ledger holds.

    Attributes:
        tries: how often its endpoint has failed it.
        job: what its service calls its job, where that is not the batch's id.
        is_taken: whether its shards were taken off the backlog.
        place: what its job runs on, and `busiest`, its most tokens for one instance: what is learned from it.
        counted_on: day (ISO, UTC) on whose caps it counts, with `counted_notes` and `estimated_seconds`; "" if none.
        started_at: when the model got it, and `deadline`, when its job is stopped.
        stop_reason: code, if its job was stopped by us.
        oldest: when the oldest of its notes came.
        progress: how far it is collected (`steps.collect_part.Progress`); "" if not at all.
    """

    plan: BatchPlan
    status: BatchStatus
    tries: int
    planned_at: datetime
    job: str = ""
    is_taken: bool = False
    place: str = ""
    busiest: int = 0
    counted_on: str = ""
    counted_notes: int = 0
    estimated_seconds: int = 0
    started_at: datetime | None = None
    deadline: datetime | None = None
    stop_reason: str = ""
    oldest: datetime | None = None
    progress: str = ""


@dataclass(frozen=True)
class BatchLedger:
    """Shards and batches of one ledger table."""

    table: Table

    def add_shard(self, shard: StagedShard) -> bool:
        """Put a shard on the backlog, once; say whether it was new."""
        return bool(self.add_shards([shard]))

    def add_shards(self, shards: Sequence[StagedShard]) -> int:
        """Put shards on the backlog, each once, a hundred together (a round in between splits jobs); count the new."""
        return len(planned_shards.add_shards(self.table, shards))

    def replace_shard(self, shard: StagedShard, parts: Sequence[StagedShard]) -> bool:
        """Put a waiting shard's parts on the backlog in its place, all at once; say whether it still waited."""
        return planned_shards.replace_shard(self.table, shard, parts)

    def backlog(self, *, urgent: bool | None = None) -> Iterator[StagedShard]:
        """Yield the shards that wait, oldest first: all of them, or only the urgent ones, or only the others."""
        if urgent is None:
            yield from merge(self.backlog(urgent=True), self.backlog(urgent=False), key=lambda shard: shard.ready_at)
            return
        yield from (_shard(row) for row in self.table.backlog("urgent" if urgent else "pending"))

    def has_notes(self, notes: int) -> bool:
        """Say whether so many notes wait, without being urgent; reads no more of them than it must."""
        waiting = accumulate(shard.notes for shard in self.backlog(urgent=False))
        return any(sum_ >= notes for sum_ in waiting)

    def waiting(self) -> Iterator[tuple[int, str]]:
        """Yield of each shard that waits how many notes it has, and since when; reads no more of it than that."""
        rows = (self.table.backlog(kind, ["notes", "ready_at"]) for kind in ("urgent", "pending"))
        return ((row["notes"], row["ready_at"]) for some in rows for row in some)

    def open_batches(self) -> Iterator[OpenBatch]:
        """Yield the batches that have not finished."""
        return (_batch(row) for row in self.table.backlog("open"))

    def batch(self, batch_id: str) -> OpenBatch | None:
        """Return a batch in whatever status, or None."""
        row = self.table.get(f"BATCH#{batch_id}", "BATCH")
        return _batch(row) if row else None

    def shards(self, batch_id: str) -> Iterator[StagedShard]:
        """Yield a batch's shards in their order."""
        return planned_shards.read_shards(self.table, batch_id)

    def write_plan(self, planned: PlannedBatch, now: str) -> bool:
        """Write a planned batch, once, before its shards are taken; say whether it was new.

        Its own row is written last: a crash before leaves nothing that anybody looks at, and one after loses nothing.
        """
        plan = planned.plan
        if self.table.get(f"BATCH#{plan.batch_id}", "BATCH") is not None:
            return False
        planned_shards.mark_taken(self.table, plan.batch_id, now)
        planned_shards.write_shards(self.table, plan.batch_id, planned.shards)
        row = {
            "pk": f"BATCH#{plan.batch_id}",
            "sk": "BATCH",
            "backlog": "open",
            "ready_at": now,
            "status": BatchStatus.PLANNED.value,
            "tries": 0,
            "batch_plan": plan.model_dump_json(),
            "notes": plan.notes,
            "tokens": sum(shard.tokens for shard in planned.shards),
            "oldest": min(shard.ready_at for shard in planned.shards),
        }
        return self.table.put(row, "attribute_not_exists(pk)")

    def take_shards(self, batch_id: str) -> list[StagedShard]:
        """Take a batch's shards off the backlog and record that; return those it got (again, if it has them)."""
        got = planned_shards.take_shards(self.table, batch_id)
        self.table.update(f"BATCH#{batch_id}", "BATCH", "SET is_taken = :yes", "attribute_exists(pk)", yes=True)
        return got

    def change_mode(self, batch_id: str, plan: BatchPlan, tries: int) -> None:
        """Rewrite a planned batch's plan and its count of failed tries."""
        values = {"plan": plan.model_dump_json(), "tries": tries, "planned": BatchStatus.PLANNED.value}
        expression = "SET batch_plan = :plan, tries = :tries"
        self.table.update(f"BATCH#{batch_id}", "BATCH", expression, "#status = :planned", **values)

    def mark_running(self, batch_id: str, job: str, now: datetime, deadline: datetime) -> None:
        """Record that the model has the batch, what its job is called, and when that is stopped."""
        expression = "SET #status = :status, job_name = :job, started_at = :now, deadline = :deadline"
        times = {"now": now.isoformat(), "deadline": deadline.isoformat()}
        self._move(batch_id, BatchStatus.RUNNING, expression, BatchStatus.PLANNED, job=job, **times)

    def mark_stopped(self, batch_id: str, reason: str) -> None:
        """Record that a batch's job is stopped by us, and why, before it is: a person stops jobs too."""
        key, expression = (f"BATCH#{batch_id}", "BATCH"), "SET stop_reason = :reason"
        self.table.update(*key, expression, "attribute_exists(pk)", reason=reason)

    def note_progress(self, batch_id: str, before: str, after: str) -> bool:
        """Record how far a batch is collected; say whether no other call was further."""
        condition = "progress = :before OR attribute_not_exists(progress)"
        return self.table.update(
            f"BATCH#{batch_id}", "BATCH", "SET progress = :after", condition, before=before, after=after
        )

    def mark_finished(self, batch_id: str) -> None:
        """Record that the batch has no shards any more; nothing of it was collected."""
        planned_shards.unmark_taken(self.table, batch_id)
        self._move(batch_id, BatchStatus.FINISHED, "SET #status = :status REMOVE backlog", None)

    def _move(
        self, batch_id: str, status: BatchStatus, expression: str, only_from: BatchStatus | None, **values: str
    ) -> None:
        condition = "#status = :from" if only_from else "attribute_exists(pk)"
        values |= {"from": only_from.value} if only_from else {}
        self.table.update(f"BATCH#{batch_id}", "BATCH", expression, condition, status=status.value, **values)


def _shard(row: Row) -> StagedShard:
    # A row of an earlier version lacks what was added since.
    return StagedShard(**{name: row[name] for name in StagedShard.model_fields if name in row})


def _batch(row: Row) -> OpenBatch:
    known: Row = {name: row[name] for name in _PLAIN if name in row}
    known |= {name: datetime.fromisoformat(row[name]) for name in _TIMES if name in row}
    return OpenBatch(
        plan=BatchPlan.model_validate_json(row["batch_plan"]),
        status=BatchStatus(row["status"]),
        tries=row["tries"],
        planned_at=datetime.fromisoformat(row["ready_at"]),
        job=row.get("job_name", ""),
        is_taken=bool(row.get("is_taken")),
        counted_notes=row.get("notes", 0),
        **known,
    )


def as_transform(plan: BatchPlan) -> BatchPlan:
    """Return the plan as a transform job: the way out when an endpoint keeps failing."""
    return plan.model_copy(update={"mode": BatchMode.TRANSFORM})
