"""Swapped variants still copy: whatever was copied is alike in note and summary, and the style's words stay."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.pairs import Pair
from note_summarizer.training.swap_copies import CopyStyle, copied_spans, swap_copies, swapped_variants

WORDS = st.sampled_from(["pneumonia", "sepsis", "furosemide", "40", "120", "acute", "fracture", "ankle", "metformin"])
BODIES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
PAIRS = st.lists(BODIES, min_size=3, max_size=12).map(
    lambda bodies: [Pair(f"Seen today with {b}.", f"The patient has {b}.", n) for n, b in enumerate(bodies, start=1)]
)


@given(PAIRS, st.integers(0, 9))
def test_a_variant_copies_whatever_it_says(pairs: list[Pair], seed: int) -> None:
    style = CopyStyle.of(pairs)
    for pair in pairs:
        variant = swap_copies(pair, style, Random(seed))
        said = variant.summary.removeprefix("The patient has ").removesuffix(".").lower()
        assert f"with {said}." in variant.note.lower()
        assert variant.summary.startswith("The patient has ")
        assert (variant.record, variant.patient) == (pair.record, pair.patient)


@given(PAIRS, st.integers(1, 5), st.integers(0, 9))
def test_the_pairs_themselves_come_first_and_the_seed_decides_the_rest(
    pairs: list[Pair], variants: int, seed: int
) -> None:
    found = swapped_variants(pairs, variants, seed)
    assert len(found) == variants * len(pairs)
    assert found[: len(pairs)] == pairs
    assert found == swapped_variants(pairs, variants, seed)


def test_spans_are_the_notes_words_without_the_styles() -> None:
    pair = Pair(
        "Severe shortness of breath since 3 days, BP 120/80.", "The patient has shortness of breath, BP 120/80.", 1
    )
    style = frozenset({"the", "patient", "has", "of"})
    assert copied_spans(pair, style) == [("shortness", "of", "breath"), ("120", "80")]


def test_numbers_are_swapped_for_numbers_of_the_same_length() -> None:
    pairs = [Pair(f"Given {n} mg of aspirin.", f"Dose {n} mg.", n) for n in (325, 100, 500)]
    found = {variant.summary for variant in swapped_variants(pairs, 20, seed=1)}
    assert len(found) > 10
    assert all(len(summary) == len("Dose 325 mg.") for summary in found)


def test_parts_of_words_are_left_alone() -> None:
    pair = Pair("Cardiomyopathy and myopathy.", "Has myopathy.", 1)
    style = CopyStyle(frozenset({"has"}), ("gout",))
    swapped = {swap_copies(pair, style, Random(seed)).note for seed in range(20)}
    assert swapped == {"Cardiomyopathy and myopathy.", "Cardiomyopathy and gout."}
