"""Collecting one ended batch: summaries and quarantine records out, shards done, split or put back, books kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notes_pipeline.aws.batch_closing import BatchEnd
from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus, OpenBatch
from notes_pipeline.aws.inference import JSON_LINES, JobState
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.collect_summaries import ShardOutcome, collect_shard
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate, next_try, tries_of
from notes_pipeline.core.stage_notes import read_texts, records_key, sidecar_key
from notes_pipeline.models import BatchMode, Sidecar, StagedShard, Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord
from notes_pipeline.steps.batch_outputs import BatchOutputs
from notes_pipeline.steps.divide_shards import halves_of, rest_of
from notes_pipeline.steps.give_jobs import describe_job
from notes_pipeline.steps.write_summaries import supersede_others, write_summaries


@dataclass(frozen=True)
class Collecting:
    """Where collecting reads from and writes to."""

    work: Bucket
    summaries: Bucket
    note_ledger: NoteLedger
    batch_ledger: BatchLedger
    max_attempts: int


@dataclass
class Collected:
    """What a batch came to.

    Attributes:
        put_back: shards that go to the model again.
        job: how its job ended; None if it has not, or there was nothing to collect.
    """

    summarized: int = 0
    quarantined: int = 0
    put_back: int = 0
    batch: OpenBatch | None = None
    job: JobState | None = None
    has_answers: bool = True
    is_news: bool = False

    def end(self) -> BatchEnd | None:
        """Return what is recorded of the batch's end, or None if it was not collected."""
        if self.batch is None or self.job is None:
            return None
        return BatchEnd(
            batch=self.batch,
            kind=self.job.kind,
            status=self.job.status,
            has_answers=self.has_answers,
            is_news=self.is_news,
            seconds=self.job.seconds,
            instance_seconds=round(self.job.seconds * self.job.instances),
            summarized=self.summarized,
            quarantined=self.quarantined,
            put_back=self.put_back,
        )


def collect_batch(collecting: Collecting, batch_id: str, now: datetime) -> Collected:
    """Collect a batch if it has ended; doing it again writes the same bytes."""
    batch = collecting.batch_ledger.batch(batch_id)
    if batch is None or not _is_with_the_model(batch):
        return Collected()
    job = _job(batch, now)
    if not job.has_ended:
        return Collected()
    outputs = BatchOutputs(collecting.work, batch.plan)
    facts = _facts(collecting, batch, job, now, has_answers=outputs.has_answers)
    collected = Collected(batch=batch, job=job, has_answers=outputs.has_answers)
    for shard in collecting.batch_ledger.shards(batch_id):
        _apply(collecting, shard, _outcome(collecting, shard, outputs, facts), facts, collected)
    return collected


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


def _outcome(collecting: Collecting, shard: StagedShard, outputs: BatchOutputs, facts: BatchFacts) -> ShardOutcome:
    lines = collecting.work.read(sidecar_key(shard.key)).splitlines()
    sidecars = [Sidecar.model_validate_json(line) for line in lines]
    body = collecting.work.read(shard.key)
    return collect_shard(shard, sidecars, read_texts(body), outputs.of(shard, body), facts)


def _apply(
    collecting: Collecting, shard: StagedShard, outcome: ShardOutcome, facts: BatchFacts, collected: Collected
) -> None:
    outdated: list[SummaryRecord] = []
    for record in outcome.quarantined:
        collected.quarantined += _write_quarantine(collecting, shard, record, outdated)
    collected.summarized += _write_all(collecting, records_key(facts.batch_id, shard), outcome.summaries, outdated)
    back = _put_back(collecting, shard, outcome, facts)
    collecting.batch_ledger.add_shards(back)
    collected.put_back += len(back)
    collected.is_news = collected.is_news or tries_of(shard) == 1


def _write_all(
    collecting: Collecting, key: str, records: Sequence[SummaryRecord], outdated: Sequence[SummaryRecord]
) -> int:
    """Write a shard's summaries, and all of them as they were written into one object; return how many count.

    Args:
        outdated: earlier summaries that count no more, to be told of as well.
    """
    if not records and not outdated:
        return 0
    written = [*write_summaries(collecting.summaries, collecting.note_ledger, records), *outdated]
    body = "".join(record.model_dump_json() + "\n" for record in written)
    collecting.work.write(key, body.encode(), JSON_LINES)
    return sum(record.status != "superseded" for record in written)


def _write_quarantine(
    collecting: Collecting, shard: StagedShard, record: QuarantineRecord, outdated: list[SummaryRecord]
) -> bool:
    """Write why a note is not summarized, and settle it; add to `outdated` what an earlier text was summarized to."""
    key = f"quarantine/{shard.object_id}/{record.source.record:06d}.json"
    collecting.summaries.write(key, record.model_dump_json(indent=2).encode())
    note_uid, content = record.note_uid or "", record.content_sha256 or ""
    held = collecting.note_ledger.current(note_uid)
    version, is_amended = held or (None, False)
    if version and is_amended and version.content_sha256 == content:
        outdated += supersede_others(collecting.summaries, collecting.note_ledger, record)
    is_settled = collecting.note_ledger.settle(note_uid, content, Status.QUARANTINED)
    if not version or (version.object_id, version.record) != (shard.object_id, record.source.record):
        collecting.note_ledger.supersede(note_uid, content, shard.object_id, record.source.record)
    return is_settled


def _put_back(
    collecting: Collecting, shard: StagedShard, outcome: ShardOutcome, facts: BatchFacts
) -> Sequence[StagedShard]:
    """Return what of a shard goes to the model again: all of it, what has no answer yet, or its halves."""
    if outcome.fate is ShardFate.SPLIT:
        return halves_of(collecting.work, shard)
    if outcome.fate is ShardFate.DONE:
        return []
    again = next_try(shard, facts)
    return [again if len(outcome.left) == shard.notes else rest_of(collecting.work, again, outcome.left)]
