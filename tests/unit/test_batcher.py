"""Batches over everything that waits."""

import threading
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.batcher import BATCHES_WAITING, Batcher, Task, nearest_in_length
from note_summarizer.generation import Generation

USUAL = Generation(beam_size=1, max_output_tokens=8, length_penalty=1.0, repetition_penalty=1.0)
OTHER = Generation(beam_size=4, max_output_tokens=8, length_penalty=1.0, repetition_penalty=1.0)
SECONDS = 10.0


class Model:
    """Answers a text with its first piece; waits at the gate, and remembers its batches."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.batches: list[list[list[str]]] = []
        self.searches: list[Generation] = []
        self.started = threading.Semaphore(0)

    def generate(self, batch: Sequence[list[str]], generation: Generation) -> list[list[str]]:
        self.started.release()
        assert self.gate.wait(SECONDS)
        if any(pieces[0] == "bad" for pieces in batch):
            raise ValueError("bad")
        self.batches.append(list(batch))
        self.searches.append(generation)
        return [pieces[:1] for pieces in batch]


class Answers:
    """What came back, by the number of the task."""

    def __init__(self) -> None:
        self.found: dict[int, list[str] | Exception] = {}
        self._changed = threading.Condition()

    def task(self, number: int, pieces: list[str], search: Generation = USUAL, wanted: Callable = lambda: True) -> Task:
        return Task(pieces, search, lambda answer: self.put(number, answer), lambda e: self.put(number, e), wanted)

    def put(self, number: int, answer: list[str] | Exception) -> None:
        with self._changed:
            assert number not in self.found
            self.found[number] = answer
            self._changed.notify_all()

    def wait_for(self, count: int) -> dict[int, list[str] | Exception]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.found) >= count, SECONDS)
        return self.found


def submitted_behind_a_first_one(model: Model, batcher: Batcher, answers: Answers, tasks: Sequence[Task]) -> None:
    """Submit tasks while the only worker is busy with another one, so that all of them wait together."""
    batcher.submit(answers.task(-1, ["first"]))
    assert model.started.acquire(timeout=SECONDS)
    for task in tasks:
        batcher.submit(task)
    model.gate.set()


def test_texts_of_similar_length_share_a_batch_and_the_budget_counts_padding() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1, tokens_per_batch=10)
    lengths = [2, 9, 3, 8, 2, 3]
    tasks = [answers.task(number, [str(number)] * length) for number, length in enumerate(lengths)]
    submitted_behind_a_first_one(model, batcher, answers, tasks)
    answers.wait_for(7)
    assert all(answers.found[number] == [str(number)] for number in range(len(lengths)))
    assert [sorted(map(len, batch)) for batch in model.batches[1:]] == [[2, 2, 3], [9], [8], [3]]


def test_a_batch_has_one_kind_of_search() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1)
    tasks = [answers.task(number, ["a"], OTHER if number % 2 else USUAL) for number in range(6)]
    submitted_behind_a_first_one(model, batcher, answers, tasks)
    answers.wait_for(7)
    assert [(len(batch), search) for batch, search in zip(model.batches, model.searches, strict=True)][1:] == [
        (3, USUAL),
        (2, OTHER),
        (1, OTHER),
    ]


def test_a_text_that_breaks_the_model_costs_no_other_text() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1)
    tasks = [answers.task(number, ["bad" if number == 2 else "good"]) for number in range(5)]
    submitted_behind_a_first_one(model, batcher, answers, tasks)
    found = answers.wait_for(6)
    assert isinstance(found[2], ValueError)
    assert [found[number] for number in (0, 1, 3, 4)] == [["good"]] * 4
    assert batcher.alive


def test_what_nobody_wants_any_more_is_not_computed() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1)
    tasks = [answers.task(0, ["a"], wanted=lambda: False), answers.task(1, ["b"])]
    submitted_behind_a_first_one(model, batcher, answers, tasks)
    answers.wait_for(2)
    assert model.batches == [[["first"]], [["b"]]]


def test_a_caller_that_is_ahead_waits_but_a_worker_never_does() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1, tokens_per_batch=1)
    batcher.submit(answers.task(-1, ["first"]))
    assert model.started.acquire(timeout=SECONDS)
    for number in range(BATCHES_WAITING):
        batcher.submit(answers.task(number, ["a"]))
    batcher.submit(answers.task(1000, ["at once"]), at_once=True)
    through = threading.Event()
    ahead = threading.Thread(target=lambda: (batcher.submit(answers.task(2000, ["late"])), through.set()))
    ahead.start()
    assert not through.wait(0.1)
    model.gate.set()
    assert through.wait(SECONDS)
    ahead.join(SECONDS)
    answers.wait_for(BATCHES_WAITING + 3)


def test_workers_share_what_waits() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=2)
    for number in range(2):
        batcher.submit(answers.task(-1 - number, ["first"]))
        assert model.started.acquire(timeout=SECONDS)
    for number in range(8):
        batcher.submit(answers.task(number, ["a"]))
    model.gate.set()
    answers.wait_for(10)
    assert max(map(len, model.batches)) <= 2


def test_more_beams_make_smaller_batches() -> None:
    sizes = {}
    for search in (USUAL, OTHER):
        model, answers = Model(), Answers()
        batcher = Batcher(model.generate, workers=1, tokens_per_batch=2000)
        tasks = [answers.task(number, ["a"] * 100, search) for number in range(90)]
        submitted_behind_a_first_one(model, batcher, answers, tasks)
        answers.wait_for(91)
        sizes[search] = len(model.batches[1])
    assert sizes == {USUAL: 20, OTHER: 5}


def test_a_large_model_gets_all_that_waits_in_one_batch_a_worker() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1, tokens_per_batch=4000, is_large=True)
    tasks = [answers.task(number, ["a"] * 100, OTHER) for number in range(40)]
    submitted_behind_a_first_one(model, batcher, answers, tasks)
    answers.wait_for(41)
    assert len(model.batches[1]) == 40


def test_a_large_model_does_not_begin_while_texts_are_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("note_summarizer.batcher._QUIET_SECONDS", 0.5)
    model, answers = Model(), Answers()
    model.gate.set()
    batcher = Batcher(model.generate, workers=1, tokens_per_batch=4000, is_large=True)
    for number in range(10):
        batcher.submit(answers.task(number, ["a"]))
        time.sleep(0.001)
    answers.wait_for(10)
    batcher.submit(answers.task(10, ["late"]))
    answers.wait_for(11)
    assert list(map(len, model.batches)) == [10, 1]


def test_closing_answers_what_waits_and_takes_nothing_more() -> None:
    model, answers = Model(), Answers()
    batcher = Batcher(model.generate, workers=1)
    submitted_behind_a_first_one(model, batcher, answers, [answers.task(0, ["a"])])
    batcher.close()
    answers.wait_for(2)
    assert not batcher.alive
    with pytest.raises(RuntimeError, match="closed"):
        batcher.submit(answers.task(1, ["a"]))


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(1, 200), st.randoms())
def test_the_slice_holds_the_oldest_and_keeps_the_budget(lengths: list[int], budget: int, random) -> None:
    arrivals = list(range(len(lengths)))
    random.shuffle(arrivals)
    places = [SimpleNamespace(length=n, arrival=a) for n, a in zip(sorted(lengths), arrivals, strict=True)]
    start, end = nearest_in_length(places, budget)
    assert 0 in [place.arrival for place in places[start:end]]
    assert end - start == 1 or places[end - 1].length * (end - start) <= budget
