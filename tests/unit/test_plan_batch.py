"""What starts now, together, and by which way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import NOW, shard

from notes_pipeline.core.plan_batch import BatchLimits, Routes, is_due, looks_at_backlog, plan_batches
from notes_pipeline.models import BatchMode, PlannedBatch, StagedShard

START = datetime.fromisoformat(NOW)
LIMITS = BatchLimits(min_notes=100, max_wait_seconds=3600, max_notes_per_job=50, endpoint_max_notes=10)
ENDPOINT = Routes(online=BatchMode.ENDPOINT)
WITH_ENDPOINT = LIMITS.model_copy(update={"routes": ENDPOINT})
BACKLOGS = st.lists(st.tuples(st.integers(1, 70), st.booleans(), st.integers(0, 7200)), max_size=12).map(
    lambda rows: [  # oldest first, as the ledger gives them
        shard(f"staged/{i}.jsonl", notes, urgent=urgent, ready_at=(START - timedelta(seconds=age)).isoformat())
        for i, (notes, urgent, age) in enumerate(sorted(rows, key=lambda row: -row[2]))
    ]
)


def plan(backlog: list[StagedShard], limits: BatchLimits = LIMITS, after: int = 0) -> list[PlannedBatch]:
    urgent, others = ([s for s in backlog if s.urgent is wanted] for wanted in (True, False))
    due = others if is_due(iter(others), limits, START + timedelta(seconds=after)) else []
    return list(plan_batches(iter(urgent), iter(due), limits))


@given(BACKLOGS, st.booleans())
def test_no_shard_is_in_two_batches_and_none_is_made_up(backlog: list[StagedShard], endpoint: bool) -> None:
    plans = plan(backlog, WITH_ENDPOINT if endpoint else LIMITS)
    keys = [s.key for p in plans for s in p.shards]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {s.key for s in backlog}


@given(BACKLOGS)
def test_a_job_holds_at_most_its_limit_or_one_larger_shard(backlog: list[StagedShard]) -> None:
    for p in plan(backlog):
        assert len(p.shards) == 1 or sum(s.notes for s in p.shards) <= LIMITS.max_notes_per_job


@given(BACKLOGS, st.booleans())
def test_urgent_shards_always_start(backlog: list[StagedShard], endpoint: bool) -> None:
    plans = plan(backlog, WITH_ENDPOINT if endpoint else LIMITS)
    assert {s.key for s in backlog if s.urgent} <= {s.key for p in plans for s in p.shards}


@given(BACKLOGS, st.booleans())
def test_the_oldest_start_first(backlog: list[StagedShard], endpoint: bool) -> None:
    plans = plan(backlog, WITH_ENDPOINT if endpoint else LIMITS)
    others = [s.ready_at for p in plans for s in p.shards if not s.urgent]
    assert others == sorted(others)
    assert [(p.plan.shard_count, p.plan.notes) for p in plans] == [
        (len(p.shards), sum(s.notes for s in p.shards)) for p in plans
    ]


def test_a_plan_looks_at_no_more_of_the_backlog_than_one_job_holds() -> None:
    seen: list[str] = []

    def backlog() -> Iterator[StagedShard]:
        for number in count():
            seen.append(f"staged/{number}.jsonl")
            yield shard(seen[-1], 10)

    next(plan_batches([], backlog(), LIMITS))
    assert len(seen) == 6
    assert is_due(backlog(), LIMITS, START)
    assert len(seen) == 6 + 10


def test_a_job_holds_so_many_shards_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notes_pipeline.core.plan_batch.MAX_JOB_SHARDS", 2)
    plans = plan([shard(f"staged/{i}.jsonl", 1) for i in range(5)], after=3600)
    assert [len(p.shards) for p in plans] == [2, 2, 1]


def test_of_small_drops_some_look_at_a_large_backlog() -> None:
    drops = [f"{i * 16**5:08x}" for i in range(4096)]
    assert sum(looks_at_backlog(drop, 1, 4096) for drop in drops) == 20
    assert all(looks_at_backlog(drop, 1, 500) for drop in drops)
    assert all(looks_at_backlog(drop, 5_000, 100_000) for drop in drops)


def test_few_young_notes_wait() -> None:
    assert plan([shard(count=99)], after=3599) == []


@pytest.mark.parametrize(("count", "after"), [(100, 0), (1, 3600)])
def test_enough_notes_or_a_long_wait_start_a_batch(count: int, after: int) -> None:
    (found,) = plan([shard(count=count)], after=after)
    assert found.plan.mode is BatchMode.TRANSFORM


def test_one_late_shard_takes_the_young_ones_along() -> None:
    late = shard("staged/late.jsonl", 1, ready_at=(START - timedelta(hours=1)).isoformat())
    (found,) = plan([late, shard("staged/young.jsonl", 2)])
    assert len(found.shards) == 2


def test_without_a_wait_everything_starts_at_once() -> None:
    assert plan([shard()], LIMITS.model_copy(update={"max_wait_seconds": 0}))


@pytest.mark.parametrize(("count", "mode"), [(10, BatchMode.ENDPOINT), (11, BatchMode.TRANSFORM)])
def test_few_due_notes_go_to_the_endpoint(count: int, mode: BatchMode) -> None:
    (found,) = plan([shard(count=count)], WITH_ENDPOINT, after=3600)
    assert found.plan.mode is mode


def test_urgent_notes_go_to_the_endpoint_however_many_and_others_keep_waiting() -> None:
    (found,) = plan([shard("staged/u.jsonl", 40, urgent=True), shard("staged/w.jsonl", 5)], WITH_ENDPOINT)
    assert (found.plan.mode, [s.key for s in found.shards]) == (BatchMode.ENDPOINT, ["staged/u.jsonl"])


def test_urgent_notes_without_an_endpoint_get_a_job_of_their_own() -> None:
    (found,) = plan([shard(urgent=True)])
    assert found.plan.mode is BatchMode.TRANSFORM


def test_without_jobs_every_due_note_is_answered_online() -> None:
    routes = Routes(jobs=None, online=BatchMode.BEDROCK)
    plans = plan([shard(f"staged/{i}.jsonl", 40) for i in range(3)], LIMITS.model_copy(update={"routes": routes}))
    assert [(p.plan.mode, len(p.shards)) for p in plans] == [(BatchMode.BEDROCK, 1)] * 3


def test_a_job_that_its_service_would_refuse_as_too_small_goes_online() -> None:
    routes = Routes(jobs=BatchMode.BEDROCK_BATCH, online=BatchMode.BEDROCK, fewest_records=30)
    limits = LIMITS.model_copy(update={"routes": routes})
    many, few = shard("staged/1.jsonl", 40), shard("staged/2.jsonl", 29)
    assert [p.plan.mode for p in plan([many, few], limits, after=3600)] == [BatchMode.BEDROCK_BATCH, BatchMode.BEDROCK]


def test_long_notes_count_as_the_records_that_they_become() -> None:
    routes = Routes(jobs=BatchMode.BEDROCK_BATCH, online=BatchMode.BEDROCK, most_records=50, characters_per_record=100)
    shards = [shard(f"staged/{i}.jsonl", 20, bytes=1_000) for i in range(2)]
    plans = plan(shards, LIMITS.model_copy(update={"routes": routes}), after=3600)
    assert [len(p.shards) for p in plans] == [1, 1]
