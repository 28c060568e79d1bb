"""The ledger's shards and batches: what waits for the model, what is with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notes_pipeline.aws.table import WRITTEN_TOGETHER, Put, Row, Table
from notes_pipeline.models import BatchMode, BatchPlan, StagedShard


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
    """

    plan: BatchPlan
    status: BatchStatus
    tries: int
    planned_at: datetime
    job: str = ""


@dataclass(frozen=True)
class BatchLedger:
    """Shards and batches of one ledger table."""

    table: Table

    def add_shard(self, shard: StagedShard) -> bool:
        """Put a shard on the backlog, once; say whether it was new."""
        put = _waiting(shard)
        return self.table.put(put.row, put.condition, **put.values)

    def add_shards(self, shards: Sequence[StagedShard]) -> None:
        """Put a file's shards on the backlog, each once, and together: a round in between would split their job."""
        for start in range(0, len(shards), WRITTEN_TOGETHER):
            some = shards[start : start + WRITTEN_TOGETHER]
            if not self.table.put_together([_waiting(shard) for shard in some]):
                for shard in some:  # some were there already
                    self.add_shard(shard)

    def backlog(self) -> list[StagedShard]:
        """Return the shards that wait, oldest first."""
        return [_shard(row) for row in self.table.backlog("pending")]

    def open_batches(self) -> Iterator[OpenBatch]:
        """Yield the batches that have not finished."""
        return (_batch(row) for row in self.table.backlog("open"))

    def batch(self, batch_id: str) -> OpenBatch | None:
        """Return a batch in whatever status, or None."""
        row = self.table.get(f"BATCH#{batch_id}", "BATCH")
        return _batch(row) if row else None

    def write_plan(self, plan: BatchPlan, now: str) -> None:
        """Write a planned batch, once, before its shards are taken: a crash in between loses nothing."""
        row = {
            "pk": f"BATCH#{plan.batch_id}",
            "sk": "BATCH",
            "backlog": "open",
            "ready_at": now,
            "status": BatchStatus.PLANNED.value,
            "tries": 0,
            "batch_plan": plan.model_dump_json(),
        }
        self.table.put(row, "attribute_not_exists(pk)")

    def take_shards(self, plan: BatchPlan) -> list[StagedShard]:
        """Take a batch's shards off the backlog; return those it got (again, if it has them already)."""
        return [shard for shard in plan.shards if self._take(shard, plan.batch_id)]

    def _take(self, shard: StagedShard, batch_id: str) -> bool:
        return self.table.update(
            f"SHARD#{shard.key}",
            "SHARD",
            "SET batch_id = :batch REMOVE backlog",
            "attempt = :attempt AND (attribute_exists(backlog) OR batch_id = :batch)",
            batch=batch_id,
            attempt=shard.attempt,
        )

    def change_mode(self, batch_id: str, plan: BatchPlan, tries: int) -> None:
        """Rewrite a planned batch's plan and its count of failed tries."""
        self.table.update(
            f"BATCH#{batch_id}",
            "BATCH",
            "SET batch_plan = :plan, tries = :tries",
            "#status = :planned",
            plan=plan.model_dump_json(),
            tries=tries,
            planned=BatchStatus.PLANNED.value,
        )

    def mark_running(self, batch_id: str, job: str = "") -> None:
        """Record that the model has the batch, and what its job is called."""
        self._move(
            batch_id, BatchStatus.RUNNING, "SET #status = :status, job_name = :job", BatchStatus.PLANNED, job=job
        )

    def mark_finished(self, batch_id: str) -> None:
        """Record that the batch was collected to the end."""
        self._move(batch_id, BatchStatus.FINISHED, "SET #status = :status REMOVE backlog", None)

    def _move(
        self, batch_id: str, status: BatchStatus, expression: str, only_from: BatchStatus | None, **values: str
    ) -> None:
        condition = "#status = :from" if only_from else "attribute_exists(pk)"
        values |= {"from": only_from.value} if only_from else {}
        self.table.update(f"BATCH#{batch_id}", "BATCH", expression, condition, status=status.value, **values)


def _waiting(shard: StagedShard) -> Put:
    row = {"pk": f"SHARD#{shard.key}", "sk": "SHARD", "backlog": "pending", **shard.model_dump()}
    # A retried shard has the same key and a higher attempt: only that may replace a row.
    return Put(row, "attribute_not_exists(pk) OR attempt < :attempt", {"attempt": shard.attempt})


def _shard(row: Row) -> StagedShard:
    return StagedShard(**{name: row[name] for name in StagedShard.model_fields})


def _batch(row: Row) -> OpenBatch:
    return OpenBatch(
        plan=BatchPlan.model_validate_json(row["batch_plan"]),
        status=BatchStatus(row["status"]),
        tries=row["tries"],
        planned_at=datetime.fromisoformat(row["ready_at"]),
        job=row.get("job_name", ""),
    )


def as_transform(plan: BatchPlan) -> BatchPlan:
    """Return the plan as a transform job: the way out when an endpoint keeps failing."""
    return plan.model_copy(update={"mode": BatchMode.TRANSFORM})
