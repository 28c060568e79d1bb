"""Collecting some shards of an ended batch: summaries and quarantine records out, shards done, split or put back."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from notes_pipeline.aws.answered_twice import held_row, is_answered
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.inference import JSON_LINES
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.batch_parts import BatchPart
from notes_pipeline.core.collect_summaries import ShardOutcome, collect_shard
from notes_pipeline.core.read_outputs import Outputs
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate, next_try, tries_of
from notes_pipeline.core.stage_notes import read_texts, sidecar_key
from notes_pipeline.models import Frozen, Sidecar, StagedShard, Status
from notes_pipeline.records import QuarantineRecord, SummaryRecord
from notes_pipeline.steps.batch_outputs import BatchOutputs
from notes_pipeline.steps.divide_shards import halves_of, rest_of
from notes_pipeline.steps.stage_records import quarantine_key
from notes_pipeline.steps.write_summaries import is_of, owns, supersede_others, write_summaries

# Shards may be files of one note: so many are read, or put back, at once, each request some tens of milliseconds.
_AT_ONCE = 16


@dataclass(frozen=True)
class Collecting:
    """Where collecting reads from and writes to.

    Attributes:
        deadline: after it no part is begun (seconds of `time.monotonic`).
    """

    work: Bucket
    summaries: Bucket
    note_ledger: NoteLedger
    batch_ledger: BatchLedger
    max_attempts: int
    deadline: float


class Progress(Frozen):
    """How far a batch is collected, and what it has come to so far.

    Attributes:
        parts: that are collected to their ends, the first ones.
        put_back: shards that go to the model again.
        is_news: whether some of its notes were tried for the first time.
    """

    parts: int = 0
    summarized: int = 0
    quarantined: int = 0
    put_back: int = 0
    is_news: bool = False


@dataclass(frozen=True)
class _Read:
    sidecars: bytes
    body: bytes
    outputs: Outputs


def collect_part(
    collecting: Collecting, part: BatchPart, outputs: BatchOutputs, facts: BatchFacts, before: Progress
) -> Progress:
    """Collect a part of a batch; doing it again writes the same bytes. Return how far the batch is then."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda shard: _read(collecting.work, shard, outputs), part.shards)
        outcomes = [_outcome(shard, read, facts) for shard, read in zip(part.shards, found, strict=True)]
        both = list(zip(part.shards, outcomes, strict=True))
        rejected = [(shard, record) for shard, outcome in both for record in outcome.quarantined]
        settled = list(pool.map(lambda each: _write_quarantine(collecting, *each), rejected))
        outdated = [record for _, records in settled for record in records]
        summaries = [record for outcome in outcomes for record in outcome.summaries]
        summarized = _write_all(collecting, part.records_key, summaries, outdated)
        back = pool.map(lambda each: _put_back(collecting, each[0], each[1], facts), both)
        again = [shard for some in back for shard in some]
    collecting.batch_ledger.add_shards(again)
    return Progress(
        parts=before.parts + 1,
        summarized=before.summarized + summarized,
        quarantined=before.quarantined + sum(counts for counts, _ in settled),
        put_back=before.put_back + len(again),
        is_news=before.is_news or any(tries_of(shard) == 1 for shard in part.shards),
    )


def _read(work: Bucket, shard: StagedShard, outputs: BatchOutputs) -> _Read:
    body = work.read(shard.key)
    return _Read(work.read(sidecar_key(shard.key)), body, outputs.of(shard, body))


def _outcome(shard: StagedShard, read: _Read, facts: BatchFacts) -> ShardOutcome:
    sidecars = [Sidecar.model_validate_json(line) for line in read.sidecars.splitlines()]
    return collect_shard(shard, sidecars, read_texts(read.body), read.outputs, facts)


def _write_all(
    collecting: Collecting, key: str, records: Sequence[SummaryRecord], outdated: Sequence[SummaryRecord]
) -> int:
    """Write summaries, and all of them as they were written into one object; return how many count.

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
    collecting: Collecting, shard: StagedShard, record: QuarantineRecord
) -> tuple[bool, list[SummaryRecord]]:
    """Write why a note is not summarized, and settle it.

    Returns:
        Whether it counts, and what an earlier text was summarized to.
    """
    ledger, key = collecting.note_ledger, quarantine_key(shard.object_id, record.source.record)
    note_uid, content, outdated = record.note_uid or "", record.content_sha256 or "", list[SummaryRecord]()
    row = held_row(ledger, note_uid)
    if not is_answered(row, content):
        collecting.summaries.write(key, record.model_dump_json(indent=2).encode())
    if row and row.get("amended") and is_of(row, record):
        outdated += supersede_others(collecting.summaries, ledger, record)
    is_settled = ledger.settle(note_uid, content, Status.QUARANTINED)
    if not is_settled and is_answered(held_row(ledger, note_uid), content):
        collecting.summaries.delete(key)
    if not owns(row, record):
        ledger.supersede(note_uid, content, shard.object_id, record.source.record)
    return is_settled, outdated


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
