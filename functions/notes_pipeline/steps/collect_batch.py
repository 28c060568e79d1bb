"""Collecting one ended batch: summaries and quarantine records out, shards done, split or put back, books kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notes_pipeline.aws import inference
from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.collect_summaries import (
    Answers,
    BatchFacts,
    JobEnd,
    ShardFate,
    ShardOutcome,
    collect_shard,
    read_answers,
)
from notes_pipeline.core.stage_notes import estimate_tokens, halve_lines, read_texts, records_key, sidecar_key
from notes_pipeline.errors import MissingError
from notes_pipeline.models import BatchMode, BatchPlan, Sidecar, StagedShard, Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord
from notes_pipeline.steps.write_summaries import write_summaries


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
    """What a batch came to."""

    summarized: int = 0
    quarantined: int = 0
    put_back: int = 0
    is_collected: bool = field(default=False)


def collect_batch(collecting: Collecting, batch_id: str, now: datetime) -> Collected:
    """Collect a batch if it has ended; doing it again writes the same bytes."""
    batch = collecting.batch_ledger.batch(batch_id)
    if batch is None or batch.status is BatchStatus.FINISHED:
        return Collected()
    facts = _facts(collecting, batch.plan, now)
    if facts is None:
        return Collected()
    answers = read_answers(_output_lines(collecting.work, batch_id))
    collected = Collected(is_collected=True)
    for shard in batch.plan.shards:
        _apply(collecting, batch_id, shard, _outcome(collecting, shard, answers, facts), collected)
    return collected


def _facts(collecting: Collecting, plan: BatchPlan, now: datetime) -> BatchFacts | None:
    """Return what is known of the batch's end, or None if it goes on."""
    end, reason, ended_at = JobEnd.FINISHED, "", now
    if plan.mode is BatchMode.TRANSFORM:
        try:
            job = inference.describe_transform_job(plan.batch_id)
        except MissingError:
            job = inference.JobState("Stopped", "NoSuchJob", None)
        if not job.has_ended:
            return None
        if job.status != "Completed":
            end = JobEnd.INFRASTRUCTURE if job.is_infrastructure else JobEnd.FAILED
            reason = job.reason
        ended_at = job.ended_at or now
    return BatchFacts(
        batch_id=plan.batch_id,
        end=end,
        reason=reason,
        ended_at=ended_at.isoformat(),
        max_attempts=collecting.max_attempts,
    )


def _output_lines(work: Bucket, batch_id: str) -> Iterator[str]:
    # Listed, never computed: a failed job still has the outputs of every file that went well.
    for key in work.keys(inference.output_prefix(batch_id)):
        if key.endswith(".out"):
            yield from work.read(key).decode("utf-8", errors="replace").splitlines()


def _outcome(collecting: Collecting, shard: StagedShard, answers: Answers, facts: BatchFacts) -> ShardOutcome:
    lines = collecting.work.read(sidecar_key(shard.key)).splitlines()
    sidecars = [Sidecar.model_validate_json(line) for line in lines]
    return collect_shard(shard, sidecars, read_texts(collecting.work.read(shard.key)), answers, facts)


def _apply(
    collecting: Collecting, batch_id: str, shard: StagedShard, outcome: ShardOutcome, collected: Collected
) -> None:
    collected.summarized += _write_all(collecting, records_key(batch_id, shard), outcome.summaries)
    for record in outcome.quarantined:
        collected.quarantined += _write_quarantine(collecting, shard, record)
    if outcome.fate is ShardFate.RETRY:
        collected.put_back += collecting.batch_ledger.add_shard(shard.model_copy(update={"attempt": shard.attempt + 1}))
    if outcome.fate is ShardFate.SPLIT:
        collected.put_back += sum(_split(collecting, shard))


def _write_all(collecting: Collecting, key: str, records: Sequence[SummaryRecord]) -> int:
    """Write a shard's summaries, and all of them as they were written into one object; return how many count."""
    if not records:
        return 0
    written = write_summaries(collecting.summaries, collecting.note_ledger, records)
    body = "".join(record.model_dump_json() + "\n" for record in written)
    collecting.work.write(key, body.encode(), inference.JSON_LINES)
    return sum(record.status != "superseded" for record in written)


def _write_quarantine(collecting: Collecting, shard: StagedShard, record: QuarantineRecord) -> bool:
    key = f"quarantine/{shard.object_id}/{record.source.record:06d}.json"
    collecting.summaries.write(key, record.model_dump_json(indent=2).encode())
    note_uid, content = record.note_uid or "", record.content_sha256 or ""
    return collecting.note_ledger.settle(note_uid, content, Status.QUARANTINED)


def _split(collecting: Collecting, shard: StagedShard) -> Iterator[bool]:
    """Put a shard back as two halves, so that one bad note ends up alone."""
    bodies = halve_lines(collecting.work.read(shard.key))
    sidecars = halve_lines(collecting.work.read(sidecar_key(shard.key)))
    for name, body, sidecar in zip("ab", bodies, sidecars, strict=False):
        key = f"{shard.key.removesuffix('.jsonl')}{name}.jsonl"
        collecting.work.write(sidecar_key(key), sidecar)
        collecting.work.write(key, body)
        lines = body.splitlines()
        half = {"key": key, "notes": len(lines), "tokens": estimate_tokens(body.decode()), "bytes": len(body)}
        yield collecting.batch_ledger.add_shard(shard.model_copy(update={**half, "attempt": 1}))
