"""Planning: which waiting shards go to the model now, together, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from notes_pipeline.core.identify import batch_id
from notes_pipeline.models import BatchMode, BatchPlan, Engine, Frozen, StagedShard


class Routes(Frozen):
    """The ways a deployment has to its model.

    Attributes:
        jobs: how many notes go together; None where every note is answered online.
        online: how few or urgent notes go; None where all wait for a job.
        engine: whom both of them ask.
        fewest_records, most_records: of one job, where its service has such limits.
        characters_per_record: of a note, in one record of a job; 0 where a note is one record however long.
    """

    jobs: BatchMode | None = BatchMode.TRANSFORM
    online: BatchMode | None = None
    engine: Engine = Engine()
    fewest_records: int = 1
    most_records: int = 1_000_000
    characters_per_record: int = 0


class BatchLimits(Frozen):
    """When a batch is due, and how large one may be."""

    min_notes: int
    max_wait_seconds: int
    max_notes_per_job: int
    endpoint_max_notes: int
    routes: Routes = Routes()


def plan_batches(backlog: Sequence[StagedShard], limits: BatchLimits, now: datetime) -> list[BatchPlan]:
    """Decide what starts now.

    Urgent shards are answered online where that is possible, at once in any case. The others are due when there are
    `min_notes` of them or the oldest has waited `max_wait_seconds`; then all go, few of them online, many in jobs of at
    most `max_notes_per_job` notes (a larger single shard is a job of its own). A job that would be smaller than its
    service takes goes online.
    """
    urgent = [shard for shard in backlog if shard.urgent]
    others = [shard for shard in backlog if not shard.urgent]
    has_online = limits.routes.online is not None
    plans = [plan_for(urgent, limits, online=True)] if urgent and has_online else []
    due = (urgent if not has_online else []) + (others if _is_due(others, limits, now) else [])
    few = has_online and _notes(due) <= limits.endpoint_max_notes
    groups = [due] if due and few else _groups(due, limits)
    return [*plans, *(plan_for(group, limits, online=few) for group in groups)]


def plan_for(shards: Sequence[StagedShard], limits: BatchLimits, *, online: bool = False) -> BatchPlan:
    """Return the plan of a batch: as a job if possible, or online if that is wanted or the only way."""
    routes = limits.routes
    too_few = routes.jobs is None or _notes(shards) < routes.fewest_records
    mode = routes.online if routes.online is not None and (online or too_few) else routes.jobs
    return BatchPlan(
        batch_id=batch_id(shards), mode=mode or BatchMode.TRANSFORM, shards=tuple(shards), engine=routes.engine
    )


def _is_due(shards: Sequence[StagedShard], limits: BatchLimits, now: datetime) -> bool:
    if not shards:
        return False
    oldest = min(datetime.fromisoformat(shard.ready_at) for shard in shards)
    waited_enough = now - oldest >= timedelta(seconds=limits.max_wait_seconds)
    return waited_enough or _notes(shards) >= limits.min_notes


def _groups(shards: Sequence[StagedShard], limits: BatchLimits) -> list[list[StagedShard]]:
    most = min(limits.max_notes_per_job, limits.routes.most_records)
    groups: list[list[StagedShard]] = []
    held = 0
    for shard in sorted(shards, key=lambda s: (s.ready_at, s.key)):
        records = _records(shard, limits.routes)
        if groups and held + records <= most:
            groups[-1].append(shard)
            held += records
        else:
            groups.append([shard])
            held = records
    return groups


def _records(shard: StagedShard, routes: Routes) -> int:
    """Return how many records of a job a shard makes, at most: a note, and one more for each context it fills."""
    return shard.notes + (shard.bytes // routes.characters_per_record if routes.characters_per_record else 0)


def _notes(shards: Sequence[StagedShard]) -> int:
    return sum(shard.notes for shard in shards)
