"""Estimates of jobs: from what finished ones took, never nonsense, generous where a job would be stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import shard

from notes_pipeline.core.estimate_cost import (
    DEFAULT_STARTUP_SECONDS,
    DEFAULT_TOKENS_PER_SECOND,
    Experience,
    JobSize,
    deadline_seconds,
    estimate_seconds,
    size_of,
)

JOBS = st.lists(st.tuples(st.integers(0, 20_000_000), st.floats(0, 400_000)), max_size=30)
SIZES = st.builds(
    JobSize, tokens=st.integers(0, 20_000_000), largest=st.integers(0, 100_000), shards=st.integers(0, 500)
)


def after(jobs: list[tuple[int, float]]) -> Experience:
    experience = Experience()
    for busiest, seconds in jobs:
        experience = experience.plus(busiest, seconds)
    return experience


def test_until_three_jobs_have_finished_the_defaults_hold() -> None:
    size = JobSize(tokens=50_000, largest=50_000, shards=1)
    expected = round(DEFAULT_STARTUP_SECONDS + 50_000 / DEFAULT_TOKENS_PER_SECOND)
    assert [estimate_seconds(size, 1, after([(1000, 9.0)] * n)) for n in (0, 1, 2)] == [expected] * 3
    assert estimate_seconds(size, 1, after([(50_000, 90.0)] * 3)) == 90


def test_jobs_of_different_sizes_tell_the_start_from_the_speed() -> None:
    experience = after([(tokens, 240 + tokens / 800) for tokens in (10_000, 400_000, 90_000, 2_000_000)])
    startup, per_token = experience.line()
    assert startup == pytest.approx(240, rel=0.01)
    assert 1 / per_token == pytest.approx(800, rel=0.01)


def test_a_faster_model_is_noticed() -> None:
    slow = [(tokens, 300 + tokens / 100) for tokens in (10_000, 90_000) * 10]
    fast = [(tokens, 60 + tokens / 900) for tokens in (9_000, 90_000) * 15]
    experience = after(slow + fast)
    assert 1 / experience.line()[1] == pytest.approx(900, rel=0.1)


def test_work_is_spread_shard_by_shard() -> None:
    one = size_of([shard(tokens=9_000)])
    many = size_of([shard(f"staged/{i}.jsonl", tokens=1_000) for i in range(9)])
    assert (one.busiest(4), many.busiest(4), many.busiest(1)) == (9_000, 2_250, 9_000)
    assert size_of([shard(tokens=7_000), shard(tokens=1_000)]).busiest(8) == 7_000


@given(JOBS, SIZES, SIZES, st.integers(1, 20))
def test_an_estimate_is_positive_and_grows_with_the_work(
    jobs: list[tuple[int, float]], size: JobSize, more: JobSize, instances: int
) -> None:
    experience = after(jobs)
    larger = JobSize(tokens=size.tokens + more.tokens, largest=max(size.largest, more.largest), shards=size.shards)
    assert 1 <= estimate_seconds(size, instances, experience) <= estimate_seconds(larger, instances, experience)
    assert min(experience.line()) >= 0


@given(JOBS, st.integers(1, 1_000_000))
def test_a_deadline_is_well_behind_the_estimate(jobs: list[tuple[int, float]], estimated: int) -> None:
    experience = after(jobs)
    assert deadline_seconds(estimated, experience) >= max(4 * estimated, 2 * 3600)
    assert experience.is_enough or deadline_seconds(estimated, experience) >= 24 * 3600
