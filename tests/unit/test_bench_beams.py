"""The benchmark's own beam search, which ONNX Runtime's rows have."""

import numpy as np
import pytest
from benchmarks.bench.systems.beam_search import Beams
from benchmarks.bench.systems.server import mini_batches

END, A, B = 0, 1, 2


def search(table: dict[tuple[int, ...], list[float]], width: int, penalty: float = 1.0, longest: int = 5) -> list[int]:
    """Search a model that is a table: probabilities of END, A, B after what was said."""
    beams = Beams(1, width, longest, penalty, END)
    said: list[tuple[int, ...]] = [()] * width
    while not beams.done:
        scores = np.log(np.array([table.get(row, [0.98, 0.01, 0.01]) for row in said]))
        ids, parents = beams.advance(scores)
        said = [(*said[parent], int(token)) for parent, (token,) in zip(parents, ids, strict=True)]
    return beams.answers()[0]


def test_a_second_beam_finds_what_a_greedy_search_misses() -> None:
    table = {(): [0.01, 0.59, 0.4], (A,): [0.34, 0.33, 0.33], (B,): [0.98, 0.01, 0.01]}
    assert search(table, width=1) == [A, END]
    assert search(table, width=2) == [B, END]


@pytest.mark.parametrize(("penalty", "answer"), [(0.0, [END]), (2.0, [A, A, END])])
def test_a_length_penalty_makes_longer_answers_worth_more(penalty: float, answer: list[int]) -> None:
    # The search goes on for as long as fewer than two have ended.
    table = {(): [0.5, 0.49, 0.01], (A,): [0.001, 0.989, 0.01], (B,): [0.01, 0.01, 0.98]}
    assert search(table, width=2, penalty=penalty) == answer


def test_an_answer_without_an_end_is_cut_at_the_longest_length() -> None:
    endless = {(A,) * n: [0.001, 0.998, 0.001] for n in range(4)}
    assert search(endless, width=1, longest=4) == [A] * 4


def test_mini_batches_fill_what_may_be_in_flight_within_the_payload() -> None:
    lines = [b"x" * 9] * 10
    assert [len(batch) for batch in mini_batches(lines, at_least=2, largest=1000)] == [5, 5]
    assert [len(batch) for batch in mini_batches(lines, at_least=1, largest=35)] == [3, 3, 3, 1]
    assert [len(batch) for batch in mini_batches([b"x" * 90], at_least=1, largest=35)] == [1]
