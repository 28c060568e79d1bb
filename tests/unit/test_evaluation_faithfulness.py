"""Numbers, entities and novel n-grams: what counts, and what a match is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.evaluation.find_entities import find_entities, known_phrases, mentioned
from note_summarizer.evaluation.find_numbers import held_numbers, stated_numbers
from note_summarizer.evaluation.novel_ngrams import novel_ngrams

PHRASES = frozenset({("chest", "pain"), ("pain",), ("chest", "pain", "at", "rest"), ("fever",), ("doe",)})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("BP 120/80, temp 98.60, 1,200.0 mL on 07/04", "120 80 98.6 1200 7 4"),
        ("fifty five, July twenty ninth two thousand eight", "55 29 2008"),
        ("one twenty over eighty in nineteen ninety two", "120 80 1992"),
        ("a hundred and five kilos, two hundred thousand", "105 200000"),
        ("a 2-month-old, thirty-two weeks", "2 32"),
        ("1. Hypertension. 2. Gout.\n3) Asthma, age 71. Stable", "71"),
        ("the first one, the second one", ""),
        ("one hundred; one two three", "100 2 3"),
        ("5,6 and 007", "5 6 7"),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, numbers: str) -> None:
    assert stated_numbers(text) == set(numbers.split())


def test_a_note_supports_more_than_it_states() -> None:
    assert {"510", "5", "10"} <= held_numbers("five ten")
    assert {"1", "2"} <= held_numbers("the first one, the second one")
    assert "7" in held_numbers("in July")


@given(st.text())
def test_what_a_text_states_it_supports(text: str) -> None:
    assert stated_numbers(text) <= held_numbers(text)


@given(st.integers(0, 9999), st.integers(0, 99))
def test_a_number_is_its_value_however_it_is_written(whole: int, hundredths: int) -> None:
    plain = f"{whole}.{hundredths:02d}"
    assert stated_numbers(f"x {whole:,}.{hundredths:02d}00 y") == stated_numbers(f"x {plain} y")


def test_a_number_of_any_length_is_read() -> None:
    assert stated_numbers("9" * 5000) == {"9" * 5000}


def test_the_longest_entity_is_taken_and_none_within_it() -> None:
    assert find_entities("Chest pain at rest, fevers.", PHRASES) == {("chest", "pain", "at", "rest"), ("fever",)}
    assert find_entities("does he? No.", PHRASES) == set()


def test_an_entity_counts_within_a_longer_one_but_not_in_part() -> None:
    assert mentioned([("chest", "pain")], "Chest pain at rest") == 1
    assert mentioned([("chest", "pain", "at", "rest")], "chest pain") == 0
    assert mentioned([("pain",)], "painful") == 0


def test_the_lexicons_and_icd_are_known_and_headings_are_not() -> None:
    known = known_phrases()
    assert {("metoprolol",), ("shortness", "of", "breath"), ("sleep", "apnea")} <= known
    assert not {("acute",), ("mg",), ("school",), ("24",)} & known
    said = "Denies chest pain; started on lisinopril for hypertension after an echocardiogram."
    assert {("chest", "pain"), ("lisinopril",), ("hypertension",), ("echocardiogram",)} <= find_entities(said)


@pytest.mark.parametrize(
    ("note", "answer", "size", "novel"),
    [
        ("chest pain at night", "Chest pain.", 2, (0, 1)),
        ("chest pain", "pain chest", 2, (1, 1)),
        ("chest pain", "fever, fever, pain", 1, (2, 3)),
        ("chest pain", "pain", 2, (0, 0)),
        ("chest pain", "", 1, (0, 0)),
    ],
)
def test_novel_ngrams_are_those_that_the_note_has_not(
    note: str, answer: str, size: int, novel: tuple[int, int]
) -> None:
    assert novel_ngrams(note, answer, size) == novel


@given(st.text(), st.integers(1, 4))
def test_a_copy_has_nothing_novel(note: str, size: int) -> None:
    assert novel_ngrams(note, note, size)[0] == 0
