"""Jobs that all fail hold the next ones back; one tries from time to time, and lets them go again."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.pipeline_examples import NOW

from notes_pipeline.core.circuit_breaker import Circuit, Passage, after_job
from notes_pipeline.core.retry_rules import RULES, FailureKind

START = datetime.fromisoformat(NOW)
ENDS = st.lists(st.tuples(st.sampled_from(FailureKind), st.booleans(), st.integers(0, 10_000)), max_size=30)


def failed(kind: FailureKind, times: int, circuit: Circuit | None = None) -> Circuit:
    circuit = circuit or Circuit()
    for _ in range(times):
        circuit = after_job(circuit, "place", kind, has_answers=False, now=START)
    return circuit


@pytest.mark.parametrize(
    ("kind", "free"), [(FailureKind.CAPACITY, 0), (FailureKind.SERVICE, 1), (FailureKind.ALGORITHM, 2)]
)
def test_so_many_jobs_may_fail_before_the_next_wait(kind: FailureKind, free: int) -> None:
    assert failed(kind, free).passage("place", START) is Passage.FREE
    held = failed(kind, free + 1)
    assert held.passage("place", START) is Passage.SHUT
    assert held.passage("place", START + RULES[kind].first_pause) is Passage.ONE


def test_each_job_that_fails_makes_the_pause_longer() -> None:
    pauses = [datetime.fromisoformat(failed(FailureKind.CAPACITY, n).until) - START for n in (1, 2, 3, 40)]
    assert pauses == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20), timedelta(hours=4)]


def test_one_answer_lets_everything_go_again() -> None:
    circuit = after_job(failed(FailureKind.CAPACITY, 9), "place", FailureKind.ALGORITHM, has_answers=True, now=START)
    assert circuit.passage("place", START) is Passage.FREE
    assert failed(FailureKind.ALGORITHM, 2, circuit).passage("place", START) is Passage.FREE


def test_another_model_or_instance_type_begins_anew() -> None:
    held = failed(FailureKind.ACCESS, 5)
    assert held.passage("elsewhere", START) is Passage.FREE
    moved = after_job(held, "elsewhere", FailureKind.ALGORITHM, has_answers=False, now=START)
    assert (moved.barren, moved.passage("elsewhere", START)) == (1, Passage.FREE)


def test_a_job_that_a_person_stopped_says_nothing() -> None:
    held = failed(FailureKind.CAPACITY, 2)
    assert after_job(held, "place", FailureKind.STOPPED, has_answers=False, now=START) == held


def test_one_bad_note_that_fails_again_and_again_says_nothing_of_others() -> None:
    again = {"has_answers": False, "now": START, "is_news": False}
    circuit = failed(FailureKind.ALGORITHM, 2)
    assert after_job(circuit, "place", FailureKind.ALGORITHM, **again) == circuit
    shut = failed(FailureKind.ALGORITHM, 3)
    assert after_job(shut, "place", FailureKind.ALGORITHM, **again).until > shut.until


@given(ENDS)
def test_a_shut_circuit_always_opens_for_one_job_in_the_end(ends: list[tuple[FailureKind, bool, int]]) -> None:
    circuit, now = Circuit(), START
    for kind, has_answers, seconds in ends:
        now += timedelta(seconds=seconds)
        circuit = after_job(circuit, "place", kind, has_answers=has_answers, now=now)
    assert circuit.passage("place", now + timedelta(hours=4)) is not Passage.SHUT
    assert not circuit.until or circuit.barren
