"""Caps are never exceeded, nothing is lost over them, and what fits in the end starts in the end."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import shard

from notes_pipeline.core.circuit_breaker import Passage
from notes_pipeline.core.estimate_cost import JobSize, size_of
from notes_pipeline.core.limits import JOB_MODES, Budget, Gate, Held, HoldReason, Limits, Spent
from notes_pipeline.core.plan_batch import BatchLimits, Routes, plan_batches, plan_for
from notes_pipeline.models import BatchMode, PlannedBatch, StagedShard

STARTUP, PLANNING = 100, BatchLimits(min_notes=1, max_wait_seconds=0, max_notes_per_job=60, endpoint_max_notes=5)
ONLINE = PLANNING.model_copy(update={"routes": Routes(online=BatchMode.ENDPOINT)})
SHARDS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 400), st.booleans()), min_size=1, max_size=12).map(
    lambda rows: [part(i, *row) for i, row in enumerate(rows)]
)
CAPS = st.builds(
    Limits,
    notes_per_day=st.sampled_from([0, 10, 50, 200]),
    seconds_per_job=st.sampled_from([0, 150, 400]),
    seconds_per_day=st.sampled_from([0, 300, 1_000]),
    jobs_at_once=st.sampled_from([0, 1, 3]),
)


def part(number: int, notes: int = 1, tokens: int = 10, urgent: bool = False) -> StagedShard:
    return shard(f"staged/{number:03d}.jsonl", notes, tokens=tokens, urgent=urgent)


def cost(size: JobSize) -> int:
    return STARTUP + size.tokens


def cut(
    backlog: Sequence[StagedShard], limits: Limits, spent: Spent | None = None, **more: object
) -> tuple[list[PlannedBatch], Held]:
    planning = more.pop("planning", PLANNING)
    assert isinstance(planning, BatchLimits)
    budget, held = Budget(limits, spent or Spent(), cost, **more), Held()  # type: ignore[arg-type]
    urgent, others = ([s for s in backlog if s.urgent is wanted] for wanted in (True, False))
    plans = [
        some
        for planned in plan_batches(urgent, others, planning)
        for some in budget.cut(
            planned, lambda shards, mode: plan_for(shards, planning, online=mode not in JOB_MODES), held
        )
    ]
    return plans, held


def again(shards: Sequence[StagedShard], mode: BatchMode, planning: BatchLimits = PLANNING) -> PlannedBatch:
    return plan_for(shards, planning, online=mode not in JOB_MODES)


def seconds(planned: PlannedBatch) -> int:
    return cost(size_of(planned.shards)) if planned.plan.mode is BatchMode.TRANSFORM else 0


@given(SHARDS, CAPS, st.integers(0, 60), st.integers(0, 400), st.integers(0, 4), st.booleans())
def test_no_cap_is_ever_exceeded(
    backlog: list[StagedShard], limits: Limits, notes: int, used: int, open_jobs: int, online: bool
) -> None:
    planning = ONLINE if online else PLANNING
    plans, _ = cut(backlog, limits, Spent(notes=notes, seconds=used), open_jobs=open_jobs, planning=planning)
    given_now = sum(s.notes for p in plans for s in p.shards)
    assert not limits.notes_per_day or not plans or notes + given_now <= limits.notes_per_day
    billed = [seconds(p) for p in plans if p.plan.mode is BatchMode.TRANSFORM]
    assert not limits.seconds_per_day or not billed or used + sum(billed) <= limits.seconds_per_day
    jobs = [p for p in plans if p.plan.mode in JOB_MODES]
    assert not limits.jobs_at_once or not jobs or open_jobs + len(jobs) <= limits.jobs_at_once
    if limits.seconds_per_job:
        # Only one note that is too long by itself may be over it.
        assert all(seconds(p) <= limits.seconds_per_job or [s.notes for s in p.shards] == [1] for p in plans)


@given(SHARDS, CAPS, st.booleans(), st.booleans())
def test_every_shard_starts_is_held_or_is_to_be_divided(
    backlog: list[StagedShard], limits: Limits, online: bool, is_quiet: bool
) -> None:
    plans, held = cut(backlog, limits, is_quiet=is_quiet, planning=ONLINE if online else PLANNING)
    started = [s.key for p in plans for s in p.shards]
    assert len(started) == len(set(started))
    assert len(started) + sum(held.shards.values()) + len(held.divide) == len(backlog)
    notes = sum(s.notes for p in plans for s in p.shards) + sum(s.notes for s in held.divide)
    assert notes + sum(held.notes.values()) == sum(s.notes for s in backlog)


@given(SHARDS, CAPS)
def test_day_after_day_everything_starts_that_caps_allow_at_all(backlog: list[StagedShard], limits: Limits) -> None:
    waiting, number = list(backlog), 100
    for _ in range(100):
        plans, held = cut(waiting, limits)
        gone = {s.key for p in plans for s in p.shards} | {s.key for s in held.divide}
        halves = [
            part(number := number + 1, notes, s.tokens // 2 + 1, s.urgent)
            for s in held.divide
            for notes in (-(-s.notes // 2), s.notes // 2)
        ]
        waiting = [s for s in waiting if s.key not in gone] + halves
        if not gone:
            break
    # What stays is a single note that is over a day's instance-hours by itself.
    assert all(s.notes == 1 and STARTUP + s.tokens > limits.seconds_per_day > 0 for s in waiting)


def test_without_caps_plans_pass_as_they_are() -> None:
    backlog = [part(i, 30) for i in range(5)]
    plans, held = cut(backlog, Limits())
    assert [p.plan.batch_id for p in plans] == [p.plan.batch_id for p in plan_batches([], backlog, PLANNING)]
    assert (held.reason, held.divide) == ("", [])


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(notes_per_day=25), HoldReason.NOTES_PER_DAY),
        (Limits(seconds_per_day=115), HoldReason.HOURS_PER_DAY),
        (Limits(jobs_at_once=1), HoldReason.JOBS),
        (Limits(seconds_per_job=100), HoldReason.HOURS_PER_JOB),
    ],
)
def test_what_is_over_a_cap_is_held_for_that_reason(limits: Limits, reason: str) -> None:
    _, held = cut([part(i, 20) for i in range(6)], limits)
    assert (held.reason, set(held.notes)) == (reason, {reason})


def test_a_smaller_shard_goes_past_one_that_no_longer_fits_the_day() -> None:
    plans, held = cut([part(1, 20), part(2, 20), part(3, 5)], Limits(notes_per_day=26))
    assert [s.key for p in plans for s in p.shards] == ["staged/001.jsonl", "staged/003.jsonl"]
    assert held.notes[HoldReason.NOTES_PER_DAY] == 20


def test_quiet_hours_hold_all_but_the_urgent() -> None:
    plans, held = cut([part(1, 3), part(2, 4, urgent=True)], Limits(), is_quiet=True)
    assert ([s.urgent for p in plans for s in p.shards], held.notes) == ([True], {HoldReason.QUIET: 3})


def test_a_shut_circuit_holds_jobs_and_lets_one_shard_try_when_it_is_time() -> None:
    backlog = [part(i, 20) for i in range(3)]
    shut, held = cut(backlog, Limits(), gates={BatchMode.TRANSFORM: Gate(passage=Passage.SHUT, code="CapacityError")})
    assert (shut, held.notes) == ([], {"CapacityError": 60})
    gates = {BatchMode.TRANSFORM: Gate(passage=Passage.ONE, code="CapacityError")}
    held, started = Held(), list[PlannedBatch]()
    for planned in Budget(Limits(), Spent(), cost, gates=gates).cut(plan_for(backlog, PLANNING), again, held):
        started.append(planned)
        gates[BatchMode.TRANSFORM] = Gate(passage=Passage.SHUT, code="CapacityError")
    assert ([len(p.shards) for p in started], held.notes) == ([1], {"CapacityError": 40})


def test_a_shut_circuit_of_jobs_does_not_stop_answers_online() -> None:
    gates = {BatchMode.TRANSFORM: Gate(passage=Passage.SHUT, code="CapacityError")}
    plans, _ = cut([part(1, 3)], Limits(), gates=gates, planning=ONLINE)
    assert [p.plan.mode for p in plans] == [BatchMode.ENDPOINT]


@pytest.mark.parametrize(("notes", "used", "percent"), [(0, 0, 0), (50, 0, 50), (10, 900, 90), (150, 0, 150)])
def test_the_share_of_the_day_is_that_of_the_fullest_cap(notes: int, used: int, percent: int) -> None:
    assert Spent(notes=notes, seconds=used).percent(Limits(notes_per_day=100, seconds_per_day=1000)) == percent
    assert Spent(notes=notes, seconds=used).percent(Limits()) == 0
