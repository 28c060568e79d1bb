"""Intervals and the paired bootstrap: what they promise on data whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from note_summarizer.evaluation.bootstrap import bootstrap_interval, bootstrap_ratio, paired_bootstrap

SCORES = st.lists(st.floats(0, 100), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(SCORES)
def test_an_interval_holds_its_mean_and_stays_within_the_values(values: list[float]) -> None:
    found = bootstrap_interval(values, resamples=200)
    assert found.mean == pytest.approx(np.mean(values))
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = list(range(30))
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


def test_the_interval_covers_the_truth_about_19_times_in_20() -> None:
    generator = np.random.default_rng(7)
    samples = [generator.normal(50, 10, size=60) for _ in range(300)]
    found = [bootstrap_interval(list(sample), resamples=400, seed=number) for number, sample in enumerate(samples)]
    covered = sum(interval.low <= 50 <= interval.high for interval in found)
    assert 0.90 <= covered / 300 <= 0.98


def test_more_notes_make_the_interval_narrower() -> None:
    few, many = (bootstrap_interval([0.0, 100.0] * notes) for notes in (5, 500))
    assert many.high - many.low < (few.high - few.low) / 5


def test_a_share_is_counted_over_all_notes_not_averaged_over_them() -> None:
    found = bootstrap_ratio([100, 0], [1, 99])
    assert found.mean == 1.0


def test_a_draw_without_anything_to_count_is_left_out() -> None:
    found = bootstrap_ratio([50.0] + [0.0] * 9, [1.0] + [0.0] * 9, resamples=200)
    assert (found.mean, found.low, found.high) == (50, 50, 50)


@pytest.mark.parametrize(("parts", "wholes"), [([], []), ([0.0], [0.0])])
def test_nothing_has_no_interval(parts: list[float], wholes: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_ratio(parts, wholes)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=30))
def test_turning_a_comparison_round_turns_its_signs(rows: list[tuple[float, float]]) -> None:
    a, b = ([row[side] for row in rows] for side in (0, 1))
    one, other = paired_bootstrap(a, b, resamples=300), paired_bootstrap(b, a, resamples=300)
    assert one.difference == pytest.approx(-other.difference)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.p_value == other.p_value
    assert one.better == other.worse
    assert not (one.better and one.worse)
    assert 0 < one.p_value <= 1


def test_equal_systems_are_not_told_apart() -> None:
    found = paired_bootstrap([1.0, 5.0, 9.0] * 10, [1.0, 5.0, 9.0] * 10)
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)
    assert not found.better


def test_a_constant_gain_is_found_and_a_wild_one_is_not() -> None:
    base = [float(place) for place in range(16)]
    assert paired_bootstrap([score + 2 for score in base], base).better
    wild = [score + (40 if place % 2 else -38) for place, score in enumerate(base)]
    assert not paired_bootstrap(wild, base).better


@pytest.mark.parametrize(("notes", "better"), [(1, False), (5, False), (6, True)])
def test_five_notes_decide_nothing(notes: int, better: bool) -> None:
    found = paired_bootstrap([10.0] * notes, [0.0] * notes)
    assert found.better is better
    assert found.p_value >= 2 / 2**notes


def test_of_two_equal_systems_one_is_rarely_called_better() -> None:
    generator = np.random.default_rng(3)
    pairs = [generator.normal(0, 10, size=(2, 60)) for _ in range(300)]
    verdicts = [paired_bootstrap(list(a), list(b), resamples=400, seed=n) for n, (a, b) in enumerate(pairs)]
    assert sum(found.better or found.worse for found in verdicts) / 300 <= 0.10


def test_a_comparison_needs_the_same_notes() -> None:
    with pytest.raises(ValueError, match="same notes"):
        paired_bootstrap([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="at least one"):
        paired_bootstrap([], [])


def test_many_notes_are_drawn_in_pieces_with_one_result() -> None:
    values = list(np.random.default_rng(0).normal(size=5000))
    found = bootstrap_interval(values, resamples=1000)
    assert found.high - found.low == pytest.approx(2 * 1.96 / 5000**0.5, rel=0.15)
