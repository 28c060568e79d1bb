"""Starting batches: plan what is due, give it to the model, and look after what was given earlier."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchStatus, OpenBatch
from notes_pipeline.aws.spend_ledger import SpendLedger
from notes_pipeline.core.circuit_breaker import Passage
from notes_pipeline.core.limits import JOB_MODES, Budget, Gate
from notes_pipeline.core.plan_batch import is_due, plan_batches, plan_for
from notes_pipeline.errors import PipelineError
from notes_pipeline.models import BatchMode, PlannedBatch, StagedShard
from notes_pipeline.steps.divide_shards import halves_of
from notes_pipeline.steps.find_orphans import find_orphans
from notes_pipeline.steps.give_batch import Round, Starting, give_batch
from notes_pipeline.steps.look_after_jobs import look_after


def start_batches(starting: Starting, now: datetime) -> Round:
    """Plan what is due and start it; return what came of the round.

    A batch is written down before its shards are taken and its job created, and all three can be repeated, so a crash
    between them costs nothing: the next round goes on with every batch still marked planned. A round that has no time
    left asks for another, which goes on where this one stopped. What one batch meets keeps no other from its turn.

    Raises:
        DependencyError: a service failed the planning. What one failed a batch is among the round's errors.
    """
    orphans = find_orphans(starting.ledger, now)
    open_batches = list(starting.ledger.open_batches())
    round_ = _begin(starting, open_batches, now)
    round_.orphans = orphans
    online = list[OpenBatch]()
    for batch in chain(open_batches, _plan(round_, open_batches)):
        if not _has_time(starting):
            online.clear()
            break
        # What is answered online takes its time; jobs need only be started.
        if batch.plan.mode in JOB_MODES or batch.status is BatchStatus.RUNNING:
            _try(round_, batch)
            continue
        if not batch.is_taken:
            starting.ledger.take_shards(batch.plan.batch_id)  # before they are planned once more
        online.append(batch)
    for batch in online:
        _try(round_, batch)
    _divide(round_)
    round_.spent_percent = round_.spend.spent(now).percent(starting.caps)
    round_.spend.write_holds(round_.held, round_.spent_percent, now)
    return round_


def _begin(starting: Starting, open_batches: Sequence[OpenBatch], now: datetime) -> Round:
    spend, places = SpendLedger(starting.ledger.table), starting.places
    round_ = Round(starting, now)
    mode = starting.limits.routes.jobs
    if mode is BatchMode.TRANSFORM:
        round_.experience = spend.experience(places.digest)
    if mode is None:
        return round_
    circuit = spend.circuit(mode)
    passage = circuit.passage(places.digest, now)
    # Whoever tries does so alone.
    is_trying = any(b.plan.mode is mode and b.status is BatchStatus.RUNNING for b in open_batches)
    if passage is Passage.ONE and is_trying:
        passage = Passage.SHUT
    round_.gates[mode] = Gate(passage=passage, code=circuit.kind.value)
    return round_


def _plan(round_: Round, open_batches: Sequence[OpenBatch]) -> Iterator[OpenBatch]:
    """Yield what is due and within the limits, batch by batch, each written down and its shards taken."""
    starting, now = round_.starting, round_.now
    ledger, limits = starting.ledger, starting.limits
    budget = Budget(
        starting.caps,
        round_.spend.spent(now),
        round_.cost,
        open_jobs=sum(batch.plan.mode in JOB_MODES for batch in open_batches),
        is_quiet=round_.is_quiet,
        gates=round_.gates,
    )

    def replan(shards: Sequence[StagedShard], mode: BatchMode) -> PlannedBatch:
        return plan_for(shards, limits, online=mode not in JOB_MODES)

    due = ledger.backlog(urgent=False) if is_due(ledger.backlog(urgent=False), limits, now) else ()
    plans = plan_batches(ledger.backlog(urgent=True), due, limits)
    for planned in (some for whole in plans for some in budget.cut(whole, replan, round_.held)):
        # One that is there already was planned from a look at the backlog that came too late.
        if ledger.write_plan(planned, now.isoformat()):
            ledger.take_shards(planned.plan.batch_id)
            yield OpenBatch(planned.plan, BatchStatus.PLANNED, tries=0, planned_at=now, is_taken=True)


def _has_time(starting: Starting) -> bool:
    if time.monotonic() < starting.online.deadline:
        return True
    messages.send(starting.batch_now_queue_url, reason="more-to-start")
    return False


def _try(round_: Round, batch: OpenBatch) -> None:
    starting = round_.starting
    try:
        if batch.status is BatchStatus.RUNNING:
            look_after(starting.ledger, starting.places, batch, starting.finished_queue_url, round_.now)
        else:
            round_.started += _start(round_, batch)
    except PipelineError as error:
        round_.errors.append(error)


def _start(round_: Round, batch: OpenBatch) -> bool:
    plan, ledger = batch.plan, round_.starting.ledger
    shards = list(ledger.shards(plan.batch_id)) if batch.is_taken else ledger.take_shards(plan.batch_id)
    if not shards:
        ledger.mark_finished(plan.batch_id)  # another batch has them all
        return False
    if plan.engine != round_.starting.limits.routes.engine:
        _plan_anew(round_, batch, shards)
        return False
    return give_batch(round_, batch, shards)


def _plan_anew(round_: Round, batch: OpenBatch, shards: Sequence[StagedShard]) -> None:
    """Put the shards of a batch back that was planned for another model than the stack has now."""
    starting = round_.starting
    starting.ledger.add_shards([shard.model_copy(update={"attempt": shard.attempt + 1}) for shard in shards])
    round_.spend.release(batch)
    starting.ledger.mark_finished(batch.plan.batch_id)
    messages.send(starting.batch_now_queue_url, reason="another-model")


def _divide(round_: Round) -> None:
    """Put halves in the place of shards that fit no day and no job as they are."""
    starting = round_.starting
    for shard in round_.held.divide:
        starting.ledger.replace_shard(shard, halves_of(starting.work, shard))
    if round_.held.divide:
        messages.send(starting.batch_now_queue_url, reason="divided")
