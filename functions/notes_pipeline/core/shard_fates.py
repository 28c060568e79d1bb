"""What becomes of a shard whose batch has ended: done, again, or again in halves; by the rules of `retry_rules`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from notes_pipeline.core.read_outputs import NO_ANSWER
from notes_pipeline.core.retry_rules import RULES, Action, FailureKind, Rule
from notes_pipeline.models import Engine, Frozen, StagedShard


class ShardFate(StrEnum):
    """What happens to a shard."""

    DONE = "done"
    SPLIT = "split"
    RETRY = "retry"


class BatchFacts(Frozen):
    """What is known of an ended batch.

    Attributes:
        kind: why it did not answer what it did not; `NONE` for a job that went well.
        reason: the service's own code for it, never its message (which may quote a record).
        ended_at: ISO time that every record of the batch carries, so that a repeat writes the same bytes.
        shards: how many it had.
        has_answers: whether any note of it was answered.
        engine: whom the batch was given to.
    """

    batch_id: str
    kind: FailureKind = FailureKind.NONE
    reason: str = ""
    ended_at: str
    max_attempts: int
    shards: int = 1
    has_answers: bool = False
    engine: Engine = Engine()

    @property
    def code(self) -> str:
        """Return the code for notes that have no answer."""
        return self.reason if self.kind is FailureKind.OTHER and self.reason else self.kind.value

    @property
    def rule(self) -> Rule:
        """Return what follows from how the batch ended."""
        return RULES[self.kind]

    @property
    def is_proof(self) -> bool:
        """Say whether an unanswered file is one that broke: it was the only one, or others of the job came through."""
        return self.shards == 1 or (self.has_answers and not self.rule.loses_all)


def decide_fate(shard: StagedShard, missing: Sequence[str], notes: int, batch: BatchFacts) -> ShardFate:
    """Decide what becomes of a shard.

    Args:
        missing: for each note without a usable answer, the code of what it has instead.
        notes: how many the shard holds.
    """
    if not missing:
        return ShardFate.DONE
    came_back_empty = len(missing) == notes and set(missing) == {NO_ANSWER}
    if batch.rule.action is Action.LATER:
        return ShardFate.DONE if _has_waited_enough(shard, batch) else ShardFate.RETRY
    if came_back_empty and batch.rule.action is Action.DIVIDE:
        return _divide(shard, notes, batch)
    return ShardFate.DONE if has_no_tries_left(shard, batch) else ShardFate.RETRY


def _divide(shard: StagedShard, notes: int, batch: BatchFacts) -> ShardFate:
    if _needs_less_company(batch, notes):
        return ShardFate.RETRY
    if notes > 1:
        return ShardFate.SPLIT
    # Our own server never fails for one record: that it broke down over this one has to be seen more than once.
    spares = batch.kind is FailureKind.ALGORITHM and batch.engine.is_ours
    is_to_blame = batch.rule.blames and not spares
    return ShardFate.DONE if is_to_blame or has_no_tries_left(shard, batch) else ShardFate.RETRY


def _needs_less_company(batch: BatchFacts, notes: int) -> bool:
    """Say whether a shard's next job has to be smaller before anything can be said of the shard itself."""
    if batch.is_proof or not batch.rule.blames:
        return False
    return notes == 1 or batch.rule.loses_all


def has_no_tries_left(shard: StagedShard, batch: BatchFacts) -> bool:
    """Say whether a shard has been given to the model often enough."""
    return tries_of(shard) >= batch.max_attempts


def tries_of(shard: StagedShard) -> int:
    """Return how often a shard was given to the model, failures that are not its own left out."""
    return shard.attempt - shard.excused


def _has_waited_enough(shard: StagedShard, batch: BatchFacts) -> bool:
    if batch.rule.gives_up_after is None or not shard.failing_since:
        return False
    since, now = datetime.fromisoformat(shard.failing_since), datetime.fromisoformat(batch.ended_at)
    return now - since >= batch.rule.gives_up_after


def next_try(shard: StagedShard, batch: BatchFacts) -> StagedShard:
    """Return a shard as it goes to the model again: with a higher attempt, which makes its batch another one."""
    is_later = batch.rule.action is Action.LATER
    less_company = _needs_less_company(batch, shard.notes) and batch.rule.action is Action.DIVIDE
    return shard.model_copy(
        update={
            "attempt": shard.attempt + 1,
            "excused": shard.excused + (is_later or less_company),
            "failing_since": (shard.failing_since or batch.ended_at) if is_later else "",
            "company": max(1, batch.shards // 2) if less_company else shard.company,
        }
    )


def part_of(shard: StagedShard) -> StagedShard:
    """Return a shard as its halves begin: with all their tries before them."""
    return shard.model_copy(update={"attempt": 1, "excused": 0, "failing_since": ""})
