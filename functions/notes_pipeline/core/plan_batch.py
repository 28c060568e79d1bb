"""Planning: which waiting shards go to the model now, together, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from notes_pipeline.core.identify import batch_id
from notes_pipeline.models import BatchMode, BatchPlan, Frozen, StagedShard


class BatchLimits(Frozen):
    """When a batch is due, and how large one may be."""

    min_notes: int
    max_wait_seconds: int
    max_notes_per_job: int
    endpoint_max_notes: int
    has_endpoint: bool


def plan_batches(backlog: Sequence[StagedShard], limits: BatchLimits, now: datetime) -> list[BatchPlan]:
    """Decide what starts now.

    Urgent shards go to the endpoint where there is one, at once in any case. The others are due when there are
    `min_notes` of them or the oldest has waited `max_wait_seconds`; then all go, few of them to the endpoint, many
    in transform jobs of at most `max_notes_per_job` notes (a larger single shard is a job of its own).
    """
    urgent = [shard for shard in backlog if shard.urgent]
    others = [shard for shard in backlog if not shard.urgent]
    plans = [_plan(urgent, BatchMode.ENDPOINT)] if urgent and limits.has_endpoint else []
    due = (urgent if not limits.has_endpoint else []) + (others if _is_due(others, limits, now) else [])
    if not due:
        return plans
    if limits.has_endpoint and _notes(due) <= limits.endpoint_max_notes:
        return [*plans, _plan(due, BatchMode.ENDPOINT)]
    return [*plans, *(_plan(group, BatchMode.TRANSFORM) for group in _groups(due, limits.max_notes_per_job))]


def _is_due(shards: Sequence[StagedShard], limits: BatchLimits, now: datetime) -> bool:
    if not shards:
        return False
    oldest = min(datetime.fromisoformat(shard.ready_at) for shard in shards)
    waited_enough = now - oldest >= timedelta(seconds=limits.max_wait_seconds)
    return waited_enough or _notes(shards) >= limits.min_notes


def _groups(shards: Sequence[StagedShard], most: int) -> list[list[StagedShard]]:
    groups: list[list[StagedShard]] = []
    for shard in sorted(shards, key=lambda s: (s.ready_at, s.key)):
        if groups and _notes(groups[-1]) + shard.notes <= most:
            groups[-1].append(shard)
        else:
            groups.append([shard])
    return groups


def _plan(shards: Sequence[StagedShard], mode: BatchMode) -> BatchPlan:
    return BatchPlan(batch_id=batch_id(shards), mode=mode, shards=tuple(shards))


def _notes(shards: Sequence[StagedShard]) -> int:
    return sum(shard.notes for shard in shards)
