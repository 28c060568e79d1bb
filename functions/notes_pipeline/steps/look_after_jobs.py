"""Looking after what the model has: jobs whose event was lost are reported, and those that never end are stopped."""

from __future__ import annotations

from datetime import datetime

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchLedger, OpenBatch
from notes_pipeline.core.limits import JOB_MODES
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.steps.give_jobs import JobPlaces, job_has_ended, stop_job


def look_after(
    ledger: BatchLedger, places: JobPlaces, batch: OpenBatch, finished_queue_url: str, now: datetime
) -> bool:
    """Report a running batch that has ended, or stop one that is overdue; say whether it was stopped now.

    Its own event may have been lost; collecting it twice is harmless. What has been stopped ends, and is reported, in a
    later round.
    """
    if batch.plan.mode not in JOB_MODES or job_has_ended(places, batch, now):
        messages.send(finished_queue_url, batch_id=batch.plan.batch_id)
        return False
    if batch.deadline is None or now < batch.deadline:
        return False
    # The reason is there before the job is stopped: when its event comes, it is known whose doing that was.
    ledger.mark_stopped(batch.plan.batch_id, FailureKind.OVERDUE.value)
    stop_job(batch)
    return not batch.stop_reason
