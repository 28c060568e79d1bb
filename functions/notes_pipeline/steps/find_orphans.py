"""Finding shards whose batch is gone: they were taken off the backlog, and nobody would ever give them to the model."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus
from notes_pipeline.aws.planned_shards import put_back_orphans

# So many batches a round, the oldest first; a young one may just be on its way into the ledger.
_MOST_BATCHES, _YOUNG = 200, timedelta(hours=1)


def find_orphans(ledger: BatchLedger, now: datetime) -> int:
    """Put shards back whose batch has no row, or ended without them; return how many.

    Every batch that has taken shards is marked as long as it has them, in a row that is not its own: what a restored or
    mended ledger has lost of it is found by that.
    """
    found = 0
    for row in islice(ledger.table.backlog("taken"), _MOST_BATCHES):
        if now - datetime.fromisoformat(row["ready_at"]) < _YOUNG:
            break
        batch_id = row["pk"].removeprefix("BATCH#")
        batch = ledger.batch(batch_id)
        if batch is None or batch.status is BatchStatus.FINISHED:
            found += put_back_orphans(ledger.table, batch_id)
    return found
