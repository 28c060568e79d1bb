"""Starting batches: plan what is due, give it to the model, and look after what was given earlier."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchLedger, BatchStatus, OpenBatch, as_transform
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.plan_batch import BatchLimits, is_due, plan_batches
from notes_pipeline.errors import BusyError
from notes_pipeline.models import BatchMode, StagedShard
from notes_pipeline.steps.ask_online import Online, ask_online
from notes_pipeline.steps.give_jobs import JobPlaces, give_job, job_has_ended

_ONLINE_TRIES = 3
_ONLINE = (BatchMode.ENDPOINT, BatchMode.BEDROCK)
# A throttled service, or one that is down, is asked again when its minute is over.
_THROTTLED_SECONDS = 60


@dataclass(frozen=True)
class Starting:
    """Where batches come from and go to."""

    work: Bucket
    ledger: BatchLedger
    places: JobPlaces
    online: Online
    limits: BatchLimits
    finished_queue_url: str
    batch_now_queue_url: str


def start_batches(starting: Starting, now: datetime) -> int:
    """Plan what is due and start it; return how many batches were started.

    A batch is written down before its shards are taken and its job created, and all three can be repeated, so a crash
    between them costs nothing: the next round goes on with every batch still marked planned. A round that has no time
    left asks for another, which goes on where this one stopped.
    """
    started, online = 0, list[OpenBatch]()
    for batch in chain(list(starting.ledger.open_batches()), _plan(starting, now)):
        if not _has_time(starting):
            return started
        # What is answered online takes its time; jobs need only be started.
        if batch.plan.mode in _ONLINE:
            if not batch.is_taken:
                starting.ledger.take_shards(batch.plan.batch_id)  # before they are planned once more
            online.append(batch)
        else:
            started += _go_on(starting, batch, now)
    return started + sum(_go_on(starting, batch, now) for batch in online)


def _plan(starting: Starting, now: datetime) -> Iterator[OpenBatch]:
    """Yield what is due, batch by batch, each written down and its shards taken."""
    ledger, limits = starting.ledger, starting.limits
    due = ledger.backlog(urgent=False) if is_due(ledger.backlog(urgent=False), limits, now) else ()
    for planned in plan_batches(ledger.backlog(urgent=True), due, limits):
        # One that is there already was planned from a look at the backlog that came too late.
        if ledger.write_plan(planned, now.isoformat()):
            ledger.take_shards(planned.plan.batch_id)
            yield OpenBatch(planned.plan, BatchStatus.PLANNED, tries=0, planned_at=now, is_taken=True)


def _has_time(starting: Starting) -> bool:
    if time.monotonic() < starting.online.deadline:
        return True
    messages.send(starting.batch_now_queue_url, reason="more-to-start")
    return False


def _go_on(starting: Starting, batch: OpenBatch, now: datetime) -> bool:
    if batch.status is BatchStatus.RUNNING:
        _reconcile(starting, batch, now)
        return False
    return _start(starting, batch)


def _reconcile(starting: Starting, batch: OpenBatch, now: datetime) -> None:
    """Report a batch that has ended; its own event may have been lost. Collecting twice is harmless."""
    if batch.plan.mode in _ONLINE or job_has_ended(starting.places, batch, now):
        messages.send(starting.finished_queue_url, batch_id=batch.plan.batch_id)


def _start(starting: Starting, batch: OpenBatch) -> bool:
    plan, ledger = batch.plan, starting.ledger
    shards = list(ledger.shards(plan.batch_id)) if batch.is_taken else ledger.take_shards(plan.batch_id)
    if not shards:
        ledger.mark_finished(plan.batch_id)  # another batch has them all
        return False
    if plan.engine != starting.limits.routes.engine:
        _plan_anew(starting, batch, shards)
        return False
    job = ""
    try:
        if plan.mode not in _ONLINE:
            job = give_job(starting.places, plan, shards)
        elif not _answer(starting, batch, shards):
            return False
    except BusyError:
        return False  # stays planned: the next round tries again
    ledger.mark_running(plan.batch_id, job)
    if plan.mode in _ONLINE:
        messages.send(starting.finished_queue_url, batch_id=plan.batch_id)
    return True


def _plan_anew(starting: Starting, batch: OpenBatch, shards: Sequence[StagedShard]) -> None:
    """Put the shards of a batch back that was planned for another model than the stack has now."""
    starting.ledger.add_shards([shard.model_copy(update={"attempt": shard.attempt + 1}) for shard in shards])
    starting.ledger.mark_finished(batch.plan.batch_id)
    messages.send(starting.batch_now_queue_url, reason="another-model")


def _answer(starting: Starting, batch: OpenBatch, shards: Sequence[StagedShard]) -> bool:
    """Answer a batch online as far as the time allows; say whether it is answered to the end."""
    plan, tries = batch.plan, batch.tries + 1
    is_last = tries >= _ONLINE_TRIES
    # An endpoint that keeps failing gives way to a job; without jobs, notes end with the failure as their reason.
    give_up = is_last and starting.limits.routes.jobs is not BatchMode.TRANSFORM
    asked = ask_online(starting.work, starting.online, plan, shards, give_up=give_up)
    if asked.throttled or asked.is_outage:
        messages.send(starting.batch_now_queue_url, delay_seconds=_THROTTLED_SECONDS, reason="throttled")
    elif asked.unasked:
        messages.send(starting.batch_now_queue_url, reason="more-to-answer")
    elif asked.failed:
        starting.ledger.change_mode(plan.batch_id, as_transform(plan) if is_last else plan, tries)
    return asked.is_complete
