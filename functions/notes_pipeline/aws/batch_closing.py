"""Closing a batch in the ledger: its own row, its day, what was learned and what its circuit says, all at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus, OpenBatch
from notes_pipeline.aws.planned_shards import unmark_taken
from notes_pipeline.aws.spend_ledger import SpendLedger, circuit_key, experience_key
from notes_pipeline.aws.table import Change
from notes_pipeline.core.circuit_breaker import after_job
from notes_pipeline.core.limits import JOB_MODES
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.errors import BusyError

# Two batches that end at once write the same day's row; one of them is refused and comes again.
_TRIES, _FIRST_PAUSE = 6, 0.05


@dataclass(frozen=True)
class BatchEnd:
    """How a batch ended and what it came to.

    Attributes:
        status: its job's, as the service names it; "" for one without a job.
        is_news: whether some of its notes were tried for the first time.
        seconds: on the clock, from the job's start to its end.
        instance_seconds: that are billed.
    """

    batch: OpenBatch
    kind: FailureKind
    status: str = ""
    has_answers: bool = True
    is_news: bool = True
    seconds: float = 0.0
    instance_seconds: int = 0
    summarized: int = 0
    quarantined: int = 0
    put_back: int = 0

    @property
    def has_failed(self) -> bool:
        """Say whether its job did not end as it should."""
        return self.kind is not FailureKind.NONE

    @property
    def reason(self) -> str:
        """The code of what failed, "" if nothing did."""
        return self.kind.value if self.has_failed else ""


def close_batch(ledger: BatchLedger, end: BatchEnd, now: datetime, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Record that a batch was collected to the end; say whether it was still open. Done twice, it counts once.

    Raises:
        BusyError: other batches were closed at the same moment, again and again.
    """
    spend = SpendLedger(ledger.table)
    unmark_taken(ledger.table, end.batch.plan.batch_id)
    for number in range(_TRIES):
        batch = ledger.batch(end.batch.plan.batch_id)
        if batch is None or batch.status is BatchStatus.FINISHED:
            return False
        if ledger.table.put_together(list(_changes(spend, replace(end, batch=batch), now))):
            return True
        sleep(_FIRST_PAUSE * 2**number)
    raise BusyError("DynamoDB TransactWriteItems: other batches are being closed")


def _changes(spend: SpendLedger, end: BatchEnd, now: datetime) -> Iterator[Change]:
    yield _finished(end, now)
    if end.batch.counted_on:
        yield _spent(end)
    if end.batch.place and end.batch.plan.mode in JOB_MODES:
        yield from _learned(spend, end, now)


def _finished(end: BatchEnd, now: datetime) -> Change:
    return Change(
        f"BATCH#{end.batch.plan.batch_id}",
        "BATCH",
        "SET #status = :finished, finished_at = :at, ended = :ended, reason = :reason, instance_seconds = :seconds, "
        "summarized = :summarized, quarantined = :quarantined, put_back = :put_back REMOVE backlog",
        "#status <> :finished",
        {
            "finished": BatchStatus.FINISHED.value,
            "at": now.isoformat(),
            "ended": end.status,
            "reason": end.reason,
            "seconds": end.instance_seconds,
            "summarized": end.summarized,
            "quarantined": end.quarantined,
            "put_back": end.put_back,
        },
    )


def _spent(end: BatchEnd) -> Change:
    """Put what the job really took in place of its estimate, on the day that it was counted on."""
    return Change(
        f"DAY#{end.batch.counted_on}",
        "DAY",
        "ADD instance_seconds :real, committed_seconds :difference",
        "attribute_exists(pk)",
        {"real": end.instance_seconds, "difference": end.instance_seconds - end.batch.estimated_seconds},
    )


def _learned(spend: SpendLedger, end: BatchEnd, now: datetime) -> Iterator[Change]:
    place, mode = end.batch.place, end.batch.plan.mode
    before = spend.circuit(mode)
    after = after_job(before, place, end.kind, has_answers=end.has_answers, now=now, is_news=end.is_news)
    if after != before:
        yield _rewritten(*circuit_key(mode), "circuit", before.model_dump_json(), after.model_dump_json())
    if end.kind is FailureKind.NONE and end.seconds and end.batch.busiest:
        known = spend.experience(place)
        learned = known.plus(end.batch.busiest, end.seconds)
        yield _rewritten(*experience_key(place), "experience", known.model_dump_json(), learned.model_dump_json())


def _rewritten(pk: str, sk: str, name: str, before: str, after: str) -> Change:
    condition = f"attribute_not_exists({name}) OR {name} = :before"
    return Change(pk, sk, f"SET {name} = :after", condition, {"before": before, "after": after})
