"""Collecting one ended batch: summaries and quarantine records out, shards done, split or put back, books kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from notes_pipeline.aws.batch_closing import BatchEnd
from notes_pipeline.aws.batch_ledger import BatchStatus, OpenBatch
from notes_pipeline.aws.inference import JobState
from notes_pipeline.core.batch_parts import batch_parts
from notes_pipeline.core.shard_fates import BatchFacts
from notes_pipeline.models import BatchMode
from notes_pipeline.steps.batch_outputs import BatchOutputs
from notes_pipeline.steps.collect_part import Collecting, Progress, collect_part
from notes_pipeline.steps.give_jobs import describe_job


@dataclass(frozen=True)
class Collected:
    """What a batch came to.

    Attributes:
        job: how its job ended; None if it has not, or there was nothing to collect.
        is_unfinished: whether the time was over before its last part.
    """

    progress: Progress = field(default_factory=Progress)
    batch: OpenBatch | None = None
    job: JobState | None = None
    has_answers: bool = True
    is_unfinished: bool = False

    def end(self) -> BatchEnd | None:
        """Return what is recorded of the batch's end, or None if it was not collected."""
        if self.batch is None or self.job is None or self.is_unfinished:
            return None
        return BatchEnd(
            batch=self.batch,
            kind=self.job.kind,
            status=self.job.status,
            has_answers=self.has_answers,
            is_news=self.progress.is_news,
            seconds=self.job.seconds,
            instance_seconds=round(self.job.seconds * self.job.instances),
            summarized=self.progress.summarized,
            quarantined=self.progress.quarantined,
            put_back=self.progress.put_back,
        )


def collect_batch(collecting: Collecting, batch_id: str, now: datetime) -> Collected:
    """Collect a batch if it has ended, part by part, as far as the time allows; the next call goes on behind that.

    Doing a part again writes the same bytes.
    """
    batch = collecting.batch_ledger.batch(batch_id)
    if batch is None or not _is_with_the_model(batch):
        return Collected()
    job = _job(batch, now)
    if not job.has_ended:
        return Collected()
    outputs = BatchOutputs(collecting.work, batch.plan)
    facts = _facts(collecting, batch, job, now, has_answers=outputs.has_answers)
    collected = Collected(batch=batch, job=job, has_answers=outputs.has_answers)
    progress, ledger = Progress.model_validate_json(batch.progress or "{}"), collecting.batch_ledger
    for part in islice(batch_parts(batch_id, ledger.shards(batch_id)), progress.parts, None):
        if time.monotonic() > collecting.deadline:
            return replace(collected, is_unfinished=True)
        after = collect_part(collecting, part, outputs, facts, progress)
        if not ledger.note_progress(batch_id, progress.model_dump_json(), after.model_dump_json()):
            return Collected()  # another call is at it, and further
        progress = after
    return replace(collected, progress=progress)


def _is_with_the_model(batch: OpenBatch) -> bool:
    # A transform job may end before its start is recorded. Other batches that are still planned are not given, or are
    # half answered: what they lack is on its way.
    is_open = batch.status is not BatchStatus.FINISHED
    return is_open and (batch.status is BatchStatus.RUNNING or batch.plan.mode is BatchMode.TRANSFORM)


def _job(batch: OpenBatch, now: datetime) -> JobState:
    """Return how the batch's job stands; what was answered online has ended."""
    if batch.plan.mode in (BatchMode.TRANSFORM, BatchMode.BEDROCK_BATCH):
        return describe_job(batch, now)
    return JobState("", "", None, has_ended=True)


def _facts(collecting: Collecting, batch: OpenBatch, job: JobState, now: datetime, *, has_answers: bool) -> BatchFacts:
    return BatchFacts(
        batch_id=batch.plan.batch_id,
        kind=job.kind,
        reason=job.reason,
        ended_at=(job.ended_at or now).isoformat(),
        max_attempts=collecting.max_attempts,
        shards=batch.plan.shard_count,
        has_answers=has_answers,
        engine=batch.plan.engine,
    )
