"""The fastest search within a loss of the best is chosen; speeds that differ by noise alone do not decide."""

from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.evaluation.measure_decoding import LENGTH_PENALTIES, Measured, fastest_within, searches
from note_summarizer.generation import Generation

OWN = Generation(8, 64, 0.7, 1.2)
FIGURES = st.tuples(st.floats(0, 100), st.floats(0.1, 1000))


def measured(*figures: tuple[float, float]) -> list[Measured]:
    return [Measured(Generation(n + 1, 64, 1.0, 1.0), rouge, speed) for n, (rouge, speed) in enumerate(figures)]


def test_greedy_search_is_measured_once_and_the_models_own_search_first() -> None:
    found = searches(OWN)
    assert found[0] == OWN
    assert [search.beam_size for search in found].count(1) == 1
    assert {(s.beam_size, s.length_penalty) for s in found[1:] if s.beam_size > 1} == {
        (beams, penalty) for beams in (2, 4, 8) for penalty in LENGTH_PENALTIES
    }
    assert {(s.max_output_tokens, s.repetition_penalty) for s in found} == {(64, 1.2)}
    assert len(set(found)) == len(found)


def test_speed_may_cost_what_is_allowed_and_no_more() -> None:
    found = measured((40.0, 10.0), (39.8, 20.0), (39.6, 80.0))
    assert fastest_within(found, 0.3) is found[1]
    assert fastest_within(found, 0.5) is found[2]
    assert fastest_within(found, 0.0) is found[0]


def test_of_equally_fast_searches_the_better_one_is_taken() -> None:
    found = measured((39.8, 100.0), (40.0, 96.0), (40.0, 90.0))
    assert fastest_within(found, 0.3) is found[1]


@given(st.lists(FIGURES, min_size=1, max_size=12), st.floats(0, 5))
def test_what_is_chosen_is_within_the_loss_and_nearly_the_fastest_that_is(
    figures: list[tuple[float, float]], loss: float
) -> None:
    found = measured(*figures)
    chosen = fastest_within(found, loss)
    best = max(one.rouge_l for one in found)
    assert chosen.rouge_l >= best - loss
    assert all(chosen.notes_per_second >= 0.95 * o.notes_per_second for o in found if o.rouge_l >= best - loss)
