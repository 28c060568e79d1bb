"""Speed and second tries: what a note takes, how many a second, and how long a busy service is waited for."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.comparison.answers import Answers, NoteAnswer
from note_summarizer.comparison.back_off import LONGEST_WAIT, AskError, Patience
from note_summarizer.comparison.speed import percentile, speed_of


def timed(*seconds: float | None, failures: int = 0) -> tuple[NoteAnswer, ...]:
    return (*(NoteAnswer("x", seconds=s) for s in seconds), *(NoteAnswer(failure="Refused", seconds=0.1),) * failures)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_enough_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile([], 0.5) is None
    assert [percentile(range(1, 21), share) for share in (0.5, 0.95, 1)] == [10, 19, 20]


def test_failures_are_not_fast_answers() -> None:
    found = speed_of(Answers(timed(2.0, 4.0, failures=8), wall_seconds=4.0, concurrency=2), "bedrock")
    assert (found.p50, found.p95, found.timed, found.notes_per_second) == (2.0, 4.0, 2, 0.5)
    assert "2 at a time" in found.said
    assert "batch jobs" in speed_of(Answers(timed(2.0), wall_seconds=4.0), "bedrock", in_jobs=True).said
    throttled = Answers(timed(2.0), wall_seconds=4.0, throttled=3)
    assert "asked to slow down 3 times" in speed_of(throttled, "endpoint").said


def test_a_model_that_ran_here_is_timed_alone_and_in_batches() -> None:
    found = speed_of(Answers(timed(None, None), wall_seconds=0.5, alone_seconds=(0.4, 0.6)), "model")
    assert (found.p50, found.p95, found.timed, found.notes_per_second) == (0.4, 0.6, 2, 4.0)


def test_a_recorded_file_is_as_fast_as_it_says() -> None:
    found = speed_of(Answers(timed(1.0, 3.0, failures=1)), "recorded")
    assert (found.p50, found.notes_per_second) == (1.0, 0.5)
    partly = speed_of(Answers(timed(1.0, None)), "recorded")
    assert (partly.notes_per_second, partly.timed) == (None, 1)
    assert speed_of(Answers(timed(None)), "recorded").p50 is None
    assert speed_of(Answers(timed(None), wall_seconds=0.001), "floor").notes_per_second is None


class Service:
    """Fails as often as it is told, then answers."""

    def __init__(self, *errors: AskError) -> None:
        self.errors, self.asked = list(errors), 0

    def ask(self, body: dict[str, Any]) -> Any:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return body


def patience(**said: Any) -> tuple[Patience, list[float]]:
    waits: list[float] = []
    return Patience(sleep=waits.append, random=Random(7), **said), waits


def test_a_busy_service_is_asked_again_after_growing_waits() -> None:
    service = Service(*(AskError("ThrottlingException", again=True, throttled=True) for _ in range(5)))
    found, waits = patience()
    assert found.ask(service.ask, {"a": 1}) == {"a": 1}
    assert (service.asked, found.throttled, len(waits)) == (6, 5, 5)
    assert all(0 <= wait <= min(LONGEST_WAIT, 2**turn) for turn, wait in enumerate(waits))


@pytest.mark.parametrize(("again", "asked", "waited"), [(True, 3, 2), (False, 1, 0)])
def test_what_stays_unanswered_ends_with_its_code(again: bool, asked: int, waited: int) -> None:
    service = Service(*(AskError("ModelError", again=again) for _ in range(9)))
    found, waits = patience(tries=3)
    with pytest.raises(AskError) as failed:
        found.ask(service.ask, {})
    assert (failed.value.code, service.asked, len(waits), found.throttled) == ("ModelError", asked, waited, 0)
