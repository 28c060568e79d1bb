"""Long notes in parts: nothing lost, nothing too long, cut where a reader would cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.split_note import split_note

SENTENCES = st.lists(
    st.sampled_from(["Fever. ", "HR 120, BP 80/40. ", "Plan:\n", "A long line of words\n", "\n\n", "x"])
)


def words(text: str) -> int:
    return len(text.split()) + 1


def characters(text: str) -> int:
    return len(text)


@given(st.text(max_size=400) | SENTENCES.map("".join), st.integers(4, 60))
def test_parts_joined_are_the_note_and_each_fits(text: str, limit: int) -> None:
    parts = split_note(text, characters, limit)
    assert "".join(parts) == text
    assert all(characters(part) <= limit for part in parts)


def test_a_note_that_fits_is_one_part() -> None:
    assert split_note("Fever. Cough.", words, 10) == ["Fever. Cough."]


def test_cuts_fall_before_headings() -> None:
    text = "Subjective: fever and cough today.\nObjective: temp 39.1 pulse 120.\nPlan: fluids and rest now.\n"
    parts = split_note(text, words, 13)
    assert [part.split(":")[0] for part in parts] == ["Subjective", "Plan"]


def test_without_headings_cuts_fall_after_sentences() -> None:
    parts = split_note("One two three four. Five six seven eight. Nine ten eleven twelve. ", words, 7)
    assert all(part.strip().endswith(".") for part in parts)


def test_a_sentence_too_long_is_cut_between_words() -> None:
    parts = split_note(" ".join(["word"] * 40), words, 9)
    assert all(set(part.split()) == {"word"} for part in parts)


def test_parts_are_of_similar_size() -> None:
    sizes = [words(part) for part in split_note("Fever and cough. " * 50, words, 100)]
    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 10


@pytest.mark.parametrize("text", ["x" * 1000, "発熱と咳" * 100])
def test_text_without_any_space_is_cut_all_the_same(text: str) -> None:
    assert "".join(split_note(text, characters, 64)) == text
