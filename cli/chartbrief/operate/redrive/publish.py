"""A batch's "Summaries Written" event once more: its tables, codes, documents and groups are then made again."""

from __future__ import annotations

import json
from typing import Any

from chartbrief.deployment import Deployment
from chartbrief.errors import UsageError
from notes_pipeline.aws import messages
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table


def publish_again(deployment: Deployment, batch_id: str, *, dry_run: bool) -> dict[str, Any]:
    """Announce a batch that was collected; return what was said of it.

    Raises:
        UsageError: there is no such batch, it is not collected yet, or nothing is left to make datasets of.
    """
    row = Table(deployment.names["LedgerTable"]).get(f"BATCH#{batch_id}", "BATCH")
    if row is None:
        raise UsageError(f"No batch {batch_id}.")
    if row["status"] != "finished":
        raise UsageError(f"Batch {batch_id} is {row['status']}: its event comes when it is collected.")
    summarized = _summaries(Bucket(deployment.names["WorkBucket"]), batch_id)
    if not summarized:
        raise UsageError(f"Batch {batch_id} has no records in the work bucket: they stay there for 30 days.")
    place = {"bucket": deployment.names["SummariesBucket"], "prefix": "by_note/"}
    detail = {"batch_id": batch_id, "summarized": summarized, "quarantined": int(row.get("quarantined", 0)), **place}
    if not dry_run:
        messages.announce_summaries(deployment.names["EventBus"], detail)
    return {"dry_run": dry_run, **detail}


def _summaries(work: Bucket, batch_id: str) -> int:
    """Return how many summaries of a batch count, by the records that its datasets are made of."""
    bodies = (work.read(key) for key in work.keys(f"batches/{batch_id}/records/"))
    return sum(json.loads(line)["superseded_by"] is None for body in bodies for line in body.splitlines())
