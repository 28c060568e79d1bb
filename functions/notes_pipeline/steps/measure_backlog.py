"""What waits, and for how long: figures of every round, for the alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notes_pipeline.aws.batch_ledger import BatchLedger


@dataclass(frozen=True)
class Waiting:
    """What has no summary yet.

    Attributes:
        notes: on the backlog, or in a batch that is open.
        oldest_seconds: age of the oldest of them, since it was staged; 0 if there is none.
        oldest_batch_seconds: age of the oldest open batch; 0 if there is none.
    """

    notes: int
    oldest_seconds: int
    oldest_batch_seconds: int


def measure_backlog(ledger: BatchLedger, now: datetime) -> Waiting:
    """Count what waits. Looks at every waiting shard, however many there are; holds none of them."""
    notes, since, oldest_batch = 0, now.isoformat(), now
    for count, ready_at in ledger.waiting():
        notes += count
        since = min(since, ready_at)
    oldest = datetime.fromisoformat(since)
    for batch in ledger.open_batches():
        notes += batch.counted_notes
        oldest_batch = min(oldest_batch, batch.planned_at)
        oldest = min(oldest, batch.oldest or batch.planned_at)
    return Waiting(notes, _seconds(now, oldest), _seconds(now, oldest_batch))


def _seconds(now: datetime, since: datetime) -> int:
    return int((now - since).total_seconds())
