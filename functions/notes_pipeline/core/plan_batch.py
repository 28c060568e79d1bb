"""Planning: which waiting shards go to the model now, together, and by which way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain

from notes_pipeline.core.identify import batch_id
from notes_pipeline.models import BatchMode, BatchPlan, Engine, Frozen, PlannedBatch, StagedShard

# A function with 1 GB holds the shards of one job: files of one note are shards of one note.
MAX_JOB_SHARDS = 50_000
_ONE_LOOK, _LOOKS = 2_000, 20


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


def looks_at_backlog(drop: str, notes: int, min_notes: int) -> bool:
    """Say whether a drop looks whether `min_notes` wait now.

    To count them is a read of so many rows. Where that is more than one request, only some of the small drops look, the
    same whenever they are staged again: about twenty while the backlog fills, whatever the size of the drops. The
    schedule sees what they miss.

    Args:
        drop: its id, hexadecimal.
        notes: that it brought.
    """
    share = int(drop[:8], 16) / 16**8
    return min_notes <= _ONE_LOOK or share < _LOOKS * notes / min_notes


def is_due(waiting: Iterable[StagedShard], limits: BatchLimits, now: datetime) -> bool:
    """Say whether the shards that wait start now; reads no more of them than it must.

    Args:
        waiting: oldest first, none of them urgent.
    """
    notes = 0
    for shard in waiting:
        if not notes and now - datetime.fromisoformat(shard.ready_at) >= timedelta(seconds=limits.max_wait_seconds):
            return True
        notes += shard.notes
        if notes >= limits.min_notes:
            return True
    return False


def plan_batches(
    urgent: Iterable[StagedShard], due: Iterable[StagedShard], limits: BatchLimits
) -> Iterator[PlannedBatch]:
    """Yield the batches of what starts now; holds one of them at a time, however many shards there are.

    Urgent shards are first, and are answered online where that is possible. The others go together: few of them online,
    many in jobs of at most `max_notes_per_job` notes (a larger single shard is a job of its own). A job that would be
    smaller than its service takes goes online.

    Args:
        urgent, due: oldest first.
    """
    has_online = limits.routes.online is not None
    if has_online:
        yield from (plan_for(group, limits, online=True) for group in _groups(urgent, limits))
        rest = iter(due)
    else:
        rest = chain(urgent, due)
    first, held = list[StagedShard](), 0
    while held <= limits.endpoint_max_notes and (shard := next(rest, None)):
        first.append(shard)
        held += shard.notes
    if first and has_online and held <= limits.endpoint_max_notes:
        yield plan_for(first, limits, online=True)
    else:
        yield from (plan_for(group, limits) for group in _groups(chain(first, rest), limits))


def plan_for(shards: Sequence[StagedShard], limits: BatchLimits, *, online: bool = False) -> PlannedBatch:
    """Return the plan of a batch: as a job if possible, or online if that is wanted or the only way."""
    routes, notes = limits.routes, sum(shard.notes for shard in shards)
    too_few = routes.jobs is None or notes < routes.fewest_records
    mode = routes.online if routes.online is not None and (online or too_few) else routes.jobs
    plan = BatchPlan(
        batch_id=batch_id(shards),
        mode=mode or BatchMode.TRANSFORM,
        engine=routes.engine,
        shard_count=len(shards),
        notes=notes,
    )
    return PlannedBatch(plan=plan, shards=tuple(shards))


def _groups(shards: Iterable[StagedShard], limits: BatchLimits) -> Iterator[list[StagedShard]]:
    most = min(limits.max_notes_per_job, limits.routes.most_records)
    group: list[StagedShard] = []
    held = 0
    company = MAX_JOB_SHARDS
    for shard in shards:
        records = _records(shard, limits.routes)
        if group and (held + records > most or len(group) >= min(company, shard.company or company)):
            yield group
            group, held, company = [], 0, MAX_JOB_SHARDS
        group.append(shard)
        held += records
        company = min(company, shard.company or company)
    if group:
        yield group


def _records(shard: StagedShard, routes: Routes) -> int:
    """Return how many records of a job a shard makes, at most: a note, and one more for each context it fills."""
    return shard.notes + (shard.bytes // routes.characters_per_record if routes.characters_per_record else 0)
