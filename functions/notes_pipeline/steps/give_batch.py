"""Giving one planned batch to the model, if nothing holds it back; what does is counted and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchLedger, OpenBatch, as_transform
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.spend_ledger import Reservation, SpendLedger
from notes_pipeline.core.circuit_breaker import Passage, after_job
from notes_pipeline.core.estimate_cost import Experience, JobSize, deadline_seconds, estimate_seconds, size_of
from notes_pipeline.core.limits import JOB_MODES, Gate, Held, HoldReason, Limits
from notes_pipeline.core.plan_batch import BatchLimits
from notes_pipeline.core.quiet_hours import QuietHours
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.errors import BusyError, PipelineError, SetupError, service_code
from notes_pipeline.models import BatchMode, StagedShard
from notes_pipeline.steps.ask_online import Online, ask_online
from notes_pipeline.steps.give_jobs import JobPlaces, give_job

_ONLINE_TRIES = 3
# Bedrock queues jobs, and ends those that wait or take too long by itself: what is still there after so much is stuck.
# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
_OTHERS_LAST = timedelta(days=2)
# A throttled service, or one that is down, is asked again when its minute is over.
_THROTTLED_SECONDS = 60


@dataclass(frozen=True)
class Starting:
    """Where batches come from and go to, and what holds them back.

    Attributes:
        limits: when batches are due, and how large.
        caps: what a day and a job may cost.
    """

    work: Bucket
    ledger: BatchLedger
    places: JobPlaces
    online: Online
    limits: BatchLimits
    caps: Limits
    quiet: QuietHours | None
    finished_queue_url: str
    batch_now_queue_url: str


@dataclass
class Round:
    """One look at everything: what is known at its beginning, and what has come of it so far.

    Attributes:
        experience: what finished jobs took on the place that jobs run on now.
        gates: what the circuit breakers let through.
        orphans: shards that were put back since their batch is gone.
        errors: of services, over some batch; the others had their turn all the same.
    """

    starting: Starting
    now: datetime
    experience: Experience = field(default_factory=Experience)
    gates: dict[BatchMode, Gate] = field(default_factory=dict)
    held: Held = field(default_factory=Held)
    started: int = 0
    spent_percent: int = 0
    orphans: int = 0
    errors: list[PipelineError] = field(default_factory=list)

    @property
    def spend(self) -> SpendLedger:
        """The books of what is spent."""
        return SpendLedger(self.starting.ledger.table)

    @property
    def is_quiet(self) -> bool:
        """Whether only urgent notes start now."""
        return self.starting.quiet is not None and self.starting.quiet.holds_at(self.now)

    def cost(self, size: JobSize) -> int:
        """Return a transform job's instance-seconds, as estimated."""
        instances = self.starting.places.transform.instance_count
        return instances * estimate_seconds(size, instances, self.experience)


def give_batch(round_: Round, batch: OpenBatch, shards: Sequence[StagedShard]) -> bool:
    """Give a batch to the model, or hold it; say whether the model has it now."""
    wanted = _reservation(round_, batch, shards)
    if reason := _held_back(round_, batch, shards) or _over_caps(round_, batch, wanted):
        round_.held.add(reason, wanted.notes, len(shards))
        return False
    job = ""
    try:
        if batch.plan.mode in JOB_MODES:
            job = give_job(round_.starting.places, batch.plan, shards)
        elif not _answer(round_, batch, shards):
            return False
    except BusyError as error:  # stays planned: the next round tries again
        round_.held.add(service_code(error) or "Busy", wanted.notes, len(shards))
        return False
    except SetupError as error:
        _note_refusal(round_, batch, wanted, error)
        return False
    _record(round_, batch, wanted, job)
    return True


def _held_back(round_: Round, batch: OpenBatch, shards: Sequence[StagedShard]) -> str:
    if round_.is_quiet and not any(shard.urgent for shard in shards):
        return HoldReason.QUIET
    gate = round_.gates.get(batch.plan.mode, Gate())
    return gate.code if gate.passage is Passage.SHUT else ""


def _over_caps(round_: Round, batch: OpenBatch, wanted: Reservation) -> str:
    caps = round_.starting.caps
    if round_.spend.reserve(batch, wanted, caps, round_.now):
        return ""
    spent = round_.spend.spent(round_.now)
    over = caps.notes_per_day and spent.notes + wanted.notes > caps.notes_per_day
    return HoldReason.NOTES_PER_DAY if over else HoldReason.HOURS_PER_DAY


def _reservation(round_: Round, batch: OpenBatch, shards: Sequence[StagedShard]) -> Reservation:
    size, notes = size_of(shards), sum(shard.notes for shard in shards)
    if batch.plan.mode not in JOB_MODES:
        return Reservation(notes=notes, seconds=0)
    place, is_billed = round_.starting.places.digest, batch.plan.mode is BatchMode.TRANSFORM
    busiest = size.busiest(round_.starting.places.transform.instance_count)
    return Reservation(notes, round_.cost(size) if is_billed else 0, place, busiest if is_billed else 0)


def _record(round_: Round, batch: OpenBatch, wanted: Reservation, job: str) -> None:
    starting, mode = round_.starting, batch.plan.mode
    seconds = wanted.seconds // starting.places.transform.instance_count
    lasts = timedelta(seconds=deadline_seconds(seconds, round_.experience))
    deadline = round_.now + (lasts if mode is BatchMode.TRANSFORM else _OTHERS_LAST)
    starting.ledger.mark_running(batch.plan.batch_id, job, round_.now, deadline)
    if mode not in JOB_MODES:
        messages.send(starting.finished_queue_url, batch_id=batch.plan.batch_id)
    elif (gate := round_.gates.get(mode, Gate())).passage is Passage.ONE:
        round_.gates[mode] = Gate(passage=Passage.SHUT, code=gate.code)


def _note_refusal(round_: Round, batch: OpenBatch, wanted: Reservation, error: SetupError) -> None:
    """Hold what cannot be given for want of a right, a model or an endpoint, until that is mended."""
    mode, place = batch.plan.mode, round_.starting.places.digest
    kind = FailureKind.ACCESS if service_code(error).startswith("AccessDenied") else FailureKind.MODEL
    round_.held.add(kind.value, wanted.notes, batch.plan.shard_count)
    if mode in JOB_MODES:
        circuit = after_job(round_.spend.circuit(mode), place, kind, has_answers=False, now=round_.now)
        round_.spend.write_circuit(mode, circuit)
        round_.gates[mode] = Gate(passage=Passage.SHUT, code=kind.value)
    else:
        _count_try(round_, batch)


def _answer(round_: Round, batch: OpenBatch, shards: Sequence[StagedShard]) -> bool:
    """Answer a batch online as far as the time allows; say whether it is answered to the end."""
    starting, is_last = round_.starting, batch.tries + 1 >= _ONLINE_TRIES
    # An endpoint that keeps failing gives way to a job; without jobs, notes end with the failure as their reason.
    give_up = is_last and starting.limits.routes.jobs is not BatchMode.TRANSFORM
    asked = ask_online(starting.work, starting.online, batch.plan, shards, give_up=give_up)
    if asked.throttled or asked.is_outage:
        messages.send(starting.batch_now_queue_url, delay_seconds=_THROTTLED_SECONDS, reason="throttled")
    elif asked.unasked:
        messages.send(starting.batch_now_queue_url, reason="more-to-answer")
    elif asked.failed:
        _count_try(round_, batch)
    return asked.is_complete


def _count_try(round_: Round, batch: OpenBatch) -> None:
    starting, tries = round_.starting, batch.tries + 1
    gives_way = tries >= _ONLINE_TRIES and starting.limits.routes.jobs is BatchMode.TRANSFORM
    if gives_way:
        # Its job costs what its answers online would not have.
        counted = starting.ledger.batch(batch.plan.batch_id)
        round_.spend.release(counted or batch)
    plan = as_transform(batch.plan) if gives_way else batch.plan
    starting.ledger.change_mode(batch.plan.batch_id, plan, tries)
