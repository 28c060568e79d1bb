"""Collecting one ended batch: summaries and quarantine records out, shards done, split or put back, books kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notes_pipeline.aws import inference
from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus, OpenBatch
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.collect_summaries import ShardOutcome, collect_shard
from notes_pipeline.core.identify import digest
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate, next_try, part_of
from notes_pipeline.core.stage_notes import estimate_tokens, halve_lines, part_key, read_texts, records_key, sidecar_key
from notes_pipeline.models import BatchMode, Sidecar, StagedShard, Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord
from notes_pipeline.steps.batch_outputs import BatchOutputs
from notes_pipeline.steps.give_jobs import describe_job
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
    if batch is None or not _is_with_the_model(batch):
        return Collected()
    outputs = BatchOutputs(collecting.work, batch.plan)
    facts = _facts(collecting, batch, outputs, now)
    if facts is None:
        return Collected()
    collected = Collected(is_collected=True)
    for shard in collecting.batch_ledger.shards(batch_id):
        _apply(collecting, shard, _outcome(collecting, shard, outputs, facts), facts, collected)
    return collected


def _is_with_the_model(batch: OpenBatch) -> bool:
    # A transform job may end before its start is recorded. Other batches that are still planned are not given, or are
    # half answered: what they lack is on its way.
    is_open = batch.status is not BatchStatus.FINISHED
    return is_open and (batch.status is BatchStatus.RUNNING or batch.plan.mode is BatchMode.TRANSFORM)


def _facts(collecting: Collecting, batch: OpenBatch, outputs: BatchOutputs, now: datetime) -> BatchFacts | None:
    """Return what is known of the batch's end, or None if it goes on."""
    kind, reason, ended_at = FailureKind.NONE, "", now
    if batch.plan.mode in (BatchMode.TRANSFORM, BatchMode.BEDROCK_BATCH):
        job = describe_job(batch)
        if not job.has_ended:
            return None
        kind, reason, ended_at = job.kind, job.reason, job.ended_at or now
    return BatchFacts(
        batch_id=batch.plan.batch_id,
        kind=kind,
        reason=reason,
        ended_at=ended_at.isoformat(),
        max_attempts=collecting.max_attempts,
        shards=batch.plan.shard_count,
        has_answers=outputs.has_answers,
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
    collected.summarized += _write_all(collecting, records_key(facts.batch_id, shard), outcome.summaries)
    for record in outcome.quarantined:
        collected.quarantined += _write_quarantine(collecting, shard, record)
    if outcome.fate is ShardFate.RETRY:
        collected.put_back += _put_back(collecting, next_try(shard, facts), outcome.left)
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


def _put_back(collecting: Collecting, shard: StagedShard, left: Sequence[int]) -> bool:
    """Put a shard back whole, or those of its notes that have no answer yet as a shard of their own."""
    if len(left) == shard.notes:
        return collecting.batch_ledger.add_shard(shard)
    bodies = [collecting.work.read(key).splitlines(keepends=True) for key in (shard.key, sidecar_key(shard.key))]
    body, sidecar = (b"".join(lines[place] for place in left) for lines in bodies)
    key = part_key(shard.key, digest(*map(str, left))[:8])
    return _add_part(collecting, shard, key, (body, sidecar))


def _split(collecting: Collecting, shard: StagedShard) -> Iterator[bool]:
    """Put a shard back as two halves, so that one bad note ends up alone."""
    bodies = halve_lines(collecting.work.read(shard.key))
    sidecars = halve_lines(collecting.work.read(sidecar_key(shard.key)))
    for name, body, sidecar in zip("ab", bodies, sidecars, strict=False):
        yield _add_part(collecting, part_of(shard), part_key(shard.key, name), (body, sidecar))


def _add_part(collecting: Collecting, shard: StagedShard, key: str, bodies: tuple[bytes, bytes]) -> bool:
    body, sidecar = bodies
    collecting.work.write(sidecar_key(key), sidecar)
    collecting.work.write(key, body)
    notes = len(body.splitlines())
    size = {"key": key, "notes": notes, "tokens": estimate_tokens(body.decode()), "bytes": len(body)}
    return collecting.batch_ledger.add_shard(shard.model_copy(update=size))
