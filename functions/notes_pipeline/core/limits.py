"""What an operator allows a day and a job to cost: planned batches are cut to it, and what is over waits, counted.

Notes are counted as they are given to the model, by whichever way; instance-seconds are those of transform jobs, as
estimated before they start. Urgent notes are first in line and do not keep quiet hours, but caps hold for them too: a
cap that a folder's name can lift is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from notes_pipeline.core.circuit_breaker import Passage
from notes_pipeline.core.estimate_cost import JobSize
from notes_pipeline.models import BatchMode, Frozen, PlannedBatch, StagedShard

JOB_MODES = (BatchMode.TRANSFORM, BatchMode.BEDROCK_BATCH, BatchMode.ASYNC_ENDPOINT)
# To divide a shard takes six requests to S3: so many a round leave it time for its other work.
_MOST_DIVIDED = 100
# Instance-seconds of a transform job; of one without shards, those that starting it takes.
Cost = Callable[[JobSize], int]
# A batch of fewer shards than were planned, by the way that they were planned for.
Replan = Callable[[Sequence[StagedShard], BatchMode], PlannedBatch]


class HoldReason(StrEnum):
    """Why due notes are not given to the model, called as the parameter that says so; a failure's code is another."""

    QUIET = "QuietHours"
    NOTES_PER_DAY = "MaxNotesPerDay"
    HOURS_PER_JOB = "MaxInstanceHoursPerJob"
    HOURS_PER_DAY = "MaxInstanceHoursPerDay"
    JOBS = "MaxConcurrentJobs"


class Limits(Frozen):
    """An operator's caps; 0 for none. Seconds are instance-seconds of transform jobs."""

    notes_per_day: int = 0
    seconds_per_job: int = 0
    seconds_per_day: int = 0
    jobs_at_once: int = 0


class Spent(Frozen):
    """What a day has used of its caps."""

    notes: int = 0
    seconds: int = 0

    def percent(self, limits: Limits) -> int:
        """Return the share of the day's caps that is used: of the one that is used most; 0 without caps."""
        used = [(self.notes, limits.notes_per_day), (self.seconds, limits.seconds_per_day)]
        return max((100 * spent // cap for spent, cap in used if cap), default=0)


class Gate(Frozen):
    """What the circuit breaker of one way lets through, and the code of the failure that shut it."""

    passage: Passage = Passage.FREE
    code: str = ""


@dataclass
class Held:
    """Notes and shards that are due and not given to the model, by reason.

    Attributes:
        divide: shards that fit no day or no job as they are, and would in halves.
    """

    notes: Counter[str] = field(default_factory=Counter)
    shards: Counter[str] = field(default_factory=Counter)
    divide: list[StagedShard] = field(default_factory=list)

    def add(self, reason: str, notes: int, shards: int = 1) -> None:
        """Count some more."""
        self.notes[reason] += notes
        self.shards[reason] += shards

    def add_to_divide(self, shard: StagedShard, reason: str) -> None:
        """Have a shard divided; one of too many waits for a later round."""
        if len(self.divide) < _MOST_DIVIDED:
            self.divide.append(shard)
        else:
            self.add(reason, shard.notes)

    @property
    def reason(self) -> str:
        """The reason that holds most notes, "" if nothing is held."""
        return max(self.notes, key=lambda reason: (self.notes[reason], reason), default="")


class Budget:
    """What is left of the caps while batches are cut to it, one after another.

    Gates are looked at as they are when the next shard's turn comes: whoever starts a batch may shut one.
    """

    def __init__(
        self,
        limits: Limits,
        spent: Spent,
        cost: Cost,
        *,
        open_jobs: int = 0,
        is_quiet: bool = False,
        gates: Mapping[BatchMode, Gate] | None = None,
    ) -> None:
        self._limits, self._cost, self._is_quiet = limits, cost, is_quiet
        self._notes = limits.notes_per_day - spent.notes if limits.notes_per_day else None
        self._seconds = limits.seconds_per_day - spent.seconds if limits.seconds_per_day else None
        self._jobs = limits.jobs_at_once - open_jobs if limits.jobs_at_once else None
        self._gates = {} if gates is None else gates

    def cut(self, planned: PlannedBatch, replan: Replan, held: Held) -> Iterator[PlannedBatch]:
        """Yield what of a batch may start, as one batch or several; what may not is added to `held`."""
        mode, (group, size) = planned.plan.mode, _nothing()
        for shard in planned.shards:
            if reason := self._must_divide(shard, mode):
                held.add_to_divide(shard, reason)
                continue
            if group and self._ends_job(shard, size, mode):
                yield replan(group, mode)
                group, size = _nothing()
            if reason := self._refuses(shard, size, mode):
                held.add(reason, shard.notes)
                continue
            size = self._spend(shard, size, mode)
            group.append(shard)
        if group:
            yield planned if len(group) == len(planned.shards) else replan(group, mode)

    def _ends_job(self, shard: StagedShard, size: JobSize, mode: BatchMode) -> bool:
        """Say whether a job that holds something already is full; one that only tries holds one shard."""
        if mode in JOB_MODES and self._gates.get(mode, Gate()).passage is not Passage.FREE:
            return True
        cap = self._limits.seconds_per_job
        return bool(cap) and mode is BatchMode.TRANSFORM and self._cost(size.plus(shard)) > cap

    def _must_divide(self, shard: StagedShard, mode: BatchMode) -> str:
        """Return the cap that a shard is over by itself, if its halves might not be: starting a job must leave room."""
        if shard.notes == 1:
            return ""
        if self._limits.notes_per_day and shard.notes > self._limits.notes_per_day:
            return HoldReason.NOTES_PER_DAY
        caps = [cap for cap in (self._limits.seconds_per_job, self._limits.seconds_per_day) if cap]
        if mode is not BatchMode.TRANSFORM or not caps:
            return ""
        is_over = self._cost(JobSize()) < min(caps) < self._cost(JobSize().plus(shard))
        return HoldReason.HOURS_PER_JOB if is_over else ""

    def _refuses(self, shard: StagedShard, size: JobSize, mode: BatchMode) -> str:
        if self._is_quiet and not shard.urgent:
            return HoldReason.QUIET
        if self._notes is not None and shard.notes > self._notes:
            return HoldReason.NOTES_PER_DAY
        if mode not in JOB_MODES:
            return ""
        gate = self._gates.get(mode, Gate())
        if gate.passage is Passage.SHUT:
            return gate.code
        if self._jobs is not None and self._jobs <= 0 and not size.shards:
            return HoldReason.JOBS
        return self._costs_too_much(shard, size) if mode is BatchMode.TRANSFORM else ""

    def _costs_too_much(self, shard: StagedShard, size: JobSize) -> str:
        # A note that is over the cap by itself goes alone; no job at all is within a cap that starting one exceeds.
        if self._limits.seconds_per_job and self._cost(JobSize()) >= self._limits.seconds_per_job:
            return HoldReason.HOURS_PER_JOB
        if self._seconds is not None and self._adds(shard, size) > self._seconds:
            return HoldReason.HOURS_PER_DAY
        return ""

    def _spend(self, shard: StagedShard, size: JobSize, mode: BatchMode) -> JobSize:
        if self._notes is not None:
            self._notes -= shard.notes
        if self._jobs is not None and not size.shards and mode in JOB_MODES:
            self._jobs -= 1
        if self._seconds is not None and mode is BatchMode.TRANSFORM:
            self._seconds -= self._adds(shard, size)
        return size.plus(shard)

    def _adds(self, shard: StagedShard, size: JobSize) -> int:
        return self._cost(size.plus(shard)) - (self._cost(size) if size.shards else 0)


def _nothing() -> tuple[list[StagedShard], JobSize]:
    return [], JobSize()
