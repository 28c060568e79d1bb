"""Starting batches: plan what is due, give it to the model, and look after what was given earlier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from notes_pipeline.aws import inference, messages
from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus, OpenBatch, as_transform
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.plan_batch import BatchLimits, plan_batches
from notes_pipeline.errors import BusyError, InferenceError, MissingError
from notes_pipeline.models import BatchMode, BatchPlan, StagedShard

# A request to a real-time endpoint may have 6 MB and take 60 s; on a small CPU instance 25 notes take a few seconds.
_ENDPOINT_NOTES, _ENDPOINT_BYTES = 25, 4_000_000
_ENDPOINT_TRIES = 3


@dataclass(frozen=True)
class Starting:
    """Where batches come from and go to."""

    work: Bucket
    ledger: BatchLedger
    place: inference.TransformPlace
    endpoint_name: str
    finished_queue_url: str


def start_batches(starting: Starting, limits: BatchLimits, now: datetime) -> int:
    """Plan what is due and start it; return how many batches were started.

    A batch is written down before its shards are taken and its job created, and all three can be repeated, so a crash
    between them costs nothing: the next round goes on with every batch still marked planned.
    """
    for plan in plan_batches(starting.ledger.backlog(), limits, now):
        starting.ledger.write_plan(plan, now.isoformat())
    return sum(_go_on(starting, batch) for batch in starting.ledger.open_batches())


def _go_on(starting: Starting, batch: OpenBatch) -> bool:
    if batch.status is BatchStatus.RUNNING:
        _reconcile(starting, batch.plan)
        return False
    return _start(starting, batch)


def _reconcile(starting: Starting, plan: BatchPlan) -> None:
    """Report a batch that has ended; its own event may have been lost. Collecting twice is harmless."""
    if plan.mode is BatchMode.ENDPOINT or _has_ended(plan.batch_id):
        messages.send(starting.finished_queue_url, batch_id=plan.batch_id)


def _has_ended(batch_id: str) -> bool:
    try:
        return inference.describe_transform_job(batch_id).has_ended
    except MissingError:
        return True  # there never was such a job: collecting finds no output and puts the shards back


def _start(starting: Starting, batch: OpenBatch) -> bool:
    plan, ledger = batch.plan, starting.ledger
    shards = ledger.take_shards(plan)
    if not shards:
        ledger.mark_finished(plan.batch_id)  # another batch has them all
        return False
    try:
        if plan.mode is BatchMode.ENDPOINT:
            _ask_endpoint(starting, plan.batch_id, shards)
        else:
            _create_job(starting, plan.batch_id, shards)
    except BusyError:
        return False  # stays planned: the next round tries again
    except InferenceError:
        _count_failure(starting, batch)
        return False
    ledger.mark_running(plan.batch_id)
    if plan.mode is BatchMode.ENDPOINT:
        messages.send(starting.finished_queue_url, batch_id=plan.batch_id)
    return True


def _create_job(starting: Starting, batch_id: str, shards: Sequence[StagedShard]) -> None:
    body = inference.manifest_body(starting.work.name, list(shards))
    starting.work.write(inference.manifest_key(batch_id), body)
    inference.create_transform_job(batch_id, starting.place)


def _ask_endpoint(starting: Starting, batch_id: str, shards: Sequence[StagedShard]) -> None:
    answers = b"".join(
        _joined(request, inference.invoke_endpoint(starting.endpoint_name, b"".join(request)))
        for shard in shards
        for request in _requests(starting.work.read(shard.key))
    )
    starting.work.write(inference.output_prefix(batch_id) + "endpoint-00001.jsonl.out", answers, inference.JSON_LINES)


def _requests(shard: bytes) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    for line in shard.splitlines(keepends=True):
        if lines and (len(lines) == _ENDPOINT_NOTES or sum(map(len, lines)) + len(line) > _ENDPOINT_BYTES):
            yield lines
            lines = []
        lines.append(line)
    yield lines


def _joined(request: Sequence[bytes], answer: bytes) -> bytes:
    return inference.join_answers(request, answer.splitlines())


def _count_failure(starting: Starting, batch: OpenBatch) -> None:
    tries = batch.tries + 1
    plan = as_transform(batch.plan) if tries >= _ENDPOINT_TRIES else batch.plan
    starting.ledger.change_mode(plan.batch_id, plan, tries)
