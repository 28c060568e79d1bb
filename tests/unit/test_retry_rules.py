"""What follows from each kind of failure, and what becomes of the shards of a batch that failed."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import NOW, shard

from notes_pipeline.core.read_outputs import NO_ANSWER
from notes_pipeline.core.retry_rules import RULES, Action, FailureKind, failure_kind
from notes_pipeline.core.shard_fates import BatchFacts, ShardFate, decide_fate, next_try, part_of
from notes_pipeline.models import Engine, StagedShard

FOREIGN = Engine(dialect="hf-seq2seq")
# As the service words them; those with a code alone are how a job says that it says nothing.
WORDINGS = [
    ("CapacityError: Unable to provision requested ML compute capacity.", FailureKind.CAPACITY),
    ("InternalServerError: We encountered an internal error. Please try again.", FailureKind.SERVICE),
    ("ThrottlingException", FailureKind.SERVICE),
    ("AlgorithmError: See job logs for more information", FailureKind.ALGORITHM),
    ("ClientError: See job logs for more information", FailureKind.ALGORITHM),
    ("ClientError: Please use an instance type with more memory, or reduce the size of job data", FailureKind.MEMORY),
    ("AlgorithmError: Out of Memory. Please use a larger instance", FailureKind.MEMORY),
    ("AlgorithmError: , exit code: 137", FailureKind.MEMORY),
    ("AlgorithmError: Model container failed to respond to ping", FailureKind.MODEL),
    ("ClientError: Could not find model data at the given location", FailureKind.MODEL),
    ("ClientError: Failed to download data (AccessDenied: Access Denied)", FailureKind.ACCESS),
    ("ClientError: The role is not authorized to perform kms:Decrypt", FailureKind.ACCESS),
    ("AccessDeniedException", FailureKind.ACCESS),
    ("Nothing that anybody has seen", FailureKind.OTHER),
    ("", FailureKind.OTHER),
]


def facts(kind: FailureKind, **changes: object) -> BatchFacts:
    base = {"batch_id": "cb-1", "kind": kind, "ended_at": NOW, "max_attempts": 3, "engine": FOREIGN}
    return BatchFacts.model_validate(base | changes)


def fate(part: StagedShard, batch: BatchFacts) -> ShardFate:
    """What becomes of a shard none of whose notes was answered."""
    return decide_fate(part, [NO_ANSWER] * part.notes, part.notes, batch)


def later(days: float) -> str:
    return (datetime.fromisoformat(NOW) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("reason", "kind"), WORDINGS)
def test_the_service_s_words_tell_the_kind(reason: str, kind: FailureKind) -> None:
    assert failure_kind("Failed", reason) is kind


@pytest.mark.parametrize("reason", [reason for reason, _ in WORDINGS])
def test_what_a_job_says_beside_its_code_does_not_undo_its_status(reason: str) -> None:
    assert failure_kind("Stopped", reason) is FailureKind.STOPPED
    assert failure_kind("Completed", reason) is FailureKind.NONE


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_has_a_rule_with_its_source(kind: FailureKind) -> None:
    rule = RULES[kind]
    assert rule.source.startswith("https://docs.aws.amazon.com/")
    assert rule.first_pause <= rule.longest_pause
    # Whoever waits without using up attempts is paused, or it would be asked again and again at once.
    assert rule.action is not Action.LATER or rule.pauses_after


@given(st.sampled_from(FailureKind), st.integers(1, 200))
def test_pauses_grow_and_have_an_end(kind: FailureKind, jobs: int) -> None:
    rule = RULES[kind]
    assert rule.pause(jobs) <= rule.pause(jobs + 1) <= rule.longest_pause
    assert bool(rule.pause(jobs)) == (0 < rule.pauses_after <= jobs)


@pytest.mark.parametrize("kind", [FailureKind.CAPACITY, FailureKind.SERVICE, FailureKind.NO_JOB])
def test_what_is_the_service_s_fault_costs_no_attempts_and_ends_after_a_time(kind: FailureKind) -> None:
    part = shard(count=4)
    for _ in range(50):
        assert fate(part, facts(kind)) is ShardFate.RETRY
        part = next_try(part, facts(kind))
    assert (part.attempt - part.excused, part.failing_since) == (1, NOW)
    limit = RULES[kind].gives_up_after
    assert limit is not None
    assert fate(part, facts(kind, ended_at=later(limit.days - 0.1))) is ShardFate.RETRY
    assert fate(part, facts(kind, ended_at=later(limit.days))) is ShardFate.DONE


@pytest.mark.parametrize("kind", [FailureKind.ACCESS, FailureKind.MODEL])
def test_notes_are_never_quarantined_for_a_key_or_a_model(kind: FailureKind) -> None:
    part = next_try(shard(), facts(kind))
    assert fate(part, facts(kind, ended_at=later(1000))) is ShardFate.RETRY


@pytest.mark.parametrize("kind", [FailureKind.STOPPED, FailureKind.OTHER])
def test_other_ends_are_tried_again_whole_as_often_as_is_allowed(kind: FailureKind) -> None:
    fates = [fate(shard(count=3, attempt=attempt), facts(kind)) for attempt in (1, 2, 3)]
    assert fates == [ShardFate.RETRY, ShardFate.RETRY, ShardFate.DONE]


def test_failures_that_are_not_the_notes_own_do_not_use_up_their_attempts() -> None:
    part = next_try(next_try(shard(), facts(FailureKind.CAPACITY)), facts(FailureKind.STOPPED))
    assert (part.attempt, part.excused, part.failing_since) == (3, 1, "")
    assert fate(part, facts(FailureKind.STOPPED)) is ShardFate.RETRY
    assert fate(next_try(part, facts(FailureKind.STOPPED)), facts(FailureKind.STOPPED)) is ShardFate.DONE


@pytest.mark.parametrize("kind", [FailureKind.ALGORITHM, FailureKind.MEMORY, FailureKind.OVERDUE])
def test_a_shard_that_breaks_a_job_is_halved_down_to_the_note_that_does(kind: FailureKind) -> None:
    assert fate(shard(count=2), facts(kind)) is ShardFate.SPLIT
    assert fate(shard(count=1), facts(kind)) is ShardFate.DONE


def test_our_own_server_breaks_for_a_note_only_if_it_does_so_again_and_again() -> None:
    ours = facts(FailureKind.ALGORITHM, engine=Engine())
    assert fate(shard(count=2), ours) is ShardFate.SPLIT
    assert [fate(shard(attempt=attempt), ours) for attempt in (1, 2, 3)] == [*[ShardFate.RETRY] * 2, ShardFate.DONE]


def test_a_note_is_not_blamed_in_a_job_of_which_nothing_came_through() -> None:
    nothing = facts(FailureKind.MEMORY, shards=8)
    assert fate(shard(), nothing) is ShardFate.RETRY
    again = next_try(shard(), nothing)
    assert (again.company, again.attempt - again.excused) == (4, 1)
    assert fate(shard(), facts(FailureKind.MEMORY, shards=8, has_answers=True)) is ShardFate.DONE


@given(st.integers(1, 500), st.booleans())
def test_a_job_that_never_ends_is_narrowed_down_to_one_shard(shards: int, has_answers: bool) -> None:
    part, company, jobs = shard(count=2), shards, 0
    while fate(part, batch := facts(FailureKind.OVERDUE, shards=company, has_answers=has_answers)) is ShardFate.RETRY:
        part = next_try(part, batch)
        assert 1 <= part.company < company
        company, jobs = part.company, jobs + 1
    assert company == 1
    assert jobs <= shards.bit_length()
    assert fate(part, batch) is ShardFate.SPLIT
    assert part_of(part).company == part.company


def test_halves_begin_with_all_their_tries_before_them() -> None:
    half = part_of(shard(attempt=3, excused=1, failing_since=NOW))
    assert (half.attempt, half.excused, half.failing_since) == (1, 0, "")
