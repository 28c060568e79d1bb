"""Floors: the first sentences, and the summary of the most similar training note."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.evaluation.floors import FLOORS, floor_answers, lead
from note_summarizer.evaluation.nearest_notes import NearestNotes
from note_summarizer.evaluation.sentences import split_sentences
from note_summarizer.pairs.pair import Pair

WORDS = st.lists(st.sampled_from(["chest", "pain", "fever", "cough", "knee", "fall", "rash"]), min_size=1, max_size=8)
KNOWN = [Pair("Chest pain since noon.", "MI.", 1), Pair("Fell on the left knee.", "Knee injury.", 2)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Pain. Worse at night! Why? Unclear.", ["Pain.", "Worse at night!", "Why?", "Unclear."]),
        ("Seen by Dr. Lee and J. Smith. Home.", ["Seen by Dr. Lee and J. Smith.", "Home."]),
        ("Temp 98.6 today. BP 120/80.", ["Temp 98.6 today.", "BP 120/80."]),
        ("Doctor: any pain?\nPatient: no", ["Doctor: any pain?", "Patient: no"]),
        ("500 mg p.o. daily", ["500 mg p.o. daily"]),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text())
def test_splitting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


def test_a_lead_is_the_first_sentences() -> None:
    assert lead("One.\nTwo. Three. Four.", 3) == "One. Two. Three."
    assert lead("Only this", 3) == "Only this"
    assert lead("", 1) == ""


def test_a_neighbours_summary_is_taken_over() -> None:
    assert floor_answers("nearest", ["Pain in the chest", "knee hurts"], KNOWN) == ["MI.", "Knee injury."]
    assert floor_answers("nearest-words", ["knee"], KNOWN) == ["Knee injury."]


def test_word_pairs_see_order_and_words_do_not() -> None:
    notes = ["pain chest pain chest", "chest pain fever cough"]
    assert NearestNotes(notes, word_pairs=False).nearest("chest pain") == 0
    assert NearestNotes(["pain chest", "chest pain"]).nearest("chest pain") == 1


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6), WORDS.map(" ".join), st.booleans())
def test_no_known_note_is_nearer_than_the_nearest(notes: list[str], wanted: str, pairs: bool) -> None:
    index = NearestNotes(notes, word_pairs=pairs)
    one = index._unit(index._counts(wanted))
    known = [index._unit(index._counts(note)) for note in notes]
    cosines = [sum(weight * other.get(term, 0.0) for term, weight in one.items()) for other in known]
    assert cosines[index.nearest(wanted)] == pytest.approx(max(cosines))


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6))
def test_a_known_note_finds_itself_or_one_of_the_same_words(notes: list[str]) -> None:
    index = NearestNotes(notes, word_pairs=False)
    for note in notes:
        assert set(notes[index.nearest(note)].split()) == set(note.split())


def test_the_cosine_is_that_of_the_formula() -> None:
    # "fever" is in both notes, "cough" and "rash" in one each: weights 1 and ln(3/2) + 1.
    index = NearestNotes(["fever cough", "fever fever rash"], word_pairs=False)
    rare = math.log(3 / 2) + 1
    first = index._unit(index._counts("fever cough"))
    assert first == pytest.approx({"fever": 1 / math.hypot(1, rare), "cough": rare / math.hypot(1, rare)})
    second = index._unit(index._counts("fever fever rash"))
    assert second["fever"] / second["rash"] == pytest.approx((1 + math.log(2)) / rare)


def test_of_equals_and_of_strangers_the_first_is_taken() -> None:
    assert NearestNotes(["rash", "rash"]).nearest("rash") == 0
    assert NearestNotes(["rash", "cough"]).nearest("nothing known") == 0


def test_there_is_no_neighbour_among_none_and_no_unknown_floor() -> None:
    with pytest.raises(ValueError, match="at least one"):
        floor_answers("nearest", ["a"], [])
    with pytest.raises(KeyError):
        floor_answers("lead-2", ["a"], KNOWN)
    assert all(len(floor_answers(name, ["a note", ""], KNOWN)) == 2 for name in FLOORS)
