"""Long notes in parts: nothing lost, nothing too long, cut where a reader would cut, little of it read twice."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.long_notes.split_note import NotePart, plan_cuts, split_note

LINES = [
    "Fever. ",
    "HR 120, BP 80/40. ",
    "Plan:\n",
    "A long line of words\n",
    "\n\n",
    "x",
    "[doctor] any pain ?\n",
    "[patient] no . none .\n",
    "  - aspirin 81 mg p.o. daily\n",
    "ALLERGIES: none. Penicillin was taken well.\n",
    "a, b; c: d ",
]
NOTES = st.text(max_size=400) | st.lists(st.sampled_from(LINES), max_size=60).map("".join)


def words(text: str) -> int:
    return len(text.split()) + 1


def characters(text: str) -> int:
    return len(text)


def texts(note: str, limit: int) -> list[str]:
    return [part.text for part in split_note(note, words, limit)]


@given(NOTES, st.integers(4, 60))
def test_every_character_is_in_one_part_in_order_and_each_part_fits(note: str, limit: int) -> None:
    parts = split_note(note, characters, limit)
    assert "".join(part.text for part in parts) == note
    assert all(characters(part.read) <= limit for part in parts)


@given(NOTES, st.integers(6, 40))
def test_what_is_read_twice_comes_from_further_up_and_is_short(note: str, limit: int) -> None:
    parts = split_note(note, words, limit)
    for place, part in enumerate(parts):
        above = "".join(before.text for before in parts[:place])
        assert part.context.split() == [] or " ".join(part.context.split()) in " ".join(above.split())
        assert words(part.context) - 1 <= limit / 8


@given(st.lists(st.sampled_from(LINES[:5]), min_size=1, max_size=80).map("".join), st.integers(16, 60))
def test_no_more_parts_than_twice_the_least(note: str, limit: int) -> None:
    assert len(split_note(note, words, limit)) <= 2 * words(note) / limit + 1


def test_a_note_that_fits_is_one_part() -> None:
    assert split_note("Fever. Cough.", words, 10) == [NotePart("Fever. Cough.")]


def test_cuts_fall_before_headings() -> None:
    text = "Subjective: fever and cough today.\nObjective: temp 39.1 pulse 120.\nPlan: fluids and rest now.\n"
    assert [part.split(":")[0] for part in texts(text, 13)] == ["Subjective", "Objective"]


def test_a_heading_on_a_line_of_its_own_stays_with_what_it_heads() -> None:
    text = "HISTORY\nFever and cough since Monday.\n\nPLAN\nFluids and rest at home for now.\n"
    assert texts(text, 9) == ["HISTORY\nFever and cough since Monday.\n\n", "PLAN\nFluids and rest at home for now.\n"]


def test_a_part_inside_a_section_is_read_under_its_heading() -> None:
    course = "HOSPITAL COURSE\n" + "Pain got less from day to day. " * 6
    second = split_note(course, words, 32)[1]
    assert second.context == "HOSPITAL COURSE\n"
    assert second.read.startswith("HOSPITAL COURSE\nPain got less")


def test_a_label_before_a_line_heads_that_line_only() -> None:
    note = "ALLERGIES: none known.\n" + "He was seen by the surgeon again today.\n" * 4
    assert [part.context for part in split_note(note, words, 20)] == ["", ""]


def test_a_long_turn_goes_on_under_its_speaker() -> None:
    turn = "[doctor] " + "Now we look at your blood results once more. " * 6
    assert {part.context for part in split_note(turn, words, 32)[1:]} == {"[doctor] "}


def test_a_question_stays_with_its_answer() -> None:
    dialogue = "[doctor] How are you today ?\n[patient] Better now .\n[doctor] Any pain left ?\n[patient] No .\n"
    assert [part.splitlines()[-1] for part in texts(dialogue, 13)] == ["[patient] Better now .", "[patient] No ."]


def test_without_headings_cuts_fall_after_sentences() -> None:
    parts = texts("One two three four. Five six seven eight. Nine ten eleven twelve. ", 7)
    assert all(part.strip().endswith(".") for part in parts)


@pytest.mark.parametrize(
    "stop", ["Seen by Dr. Miller-Brown.", "Aspirin b.i.d. Monday.", "Give q.6h. Tylenol.", "1. Rest."]
)
def test_an_abbreviation_ends_no_sentence(stop: str) -> None:
    assert texts(f"{stop} {stop} {stop}", words(stop)) == [f"{stop} ", f"{stop} ", stop]


def test_a_sentence_too_long_is_cut_at_a_comma_if_it_has_one() -> None:
    assert texts("Pain in the left knee, and swelling of the right one", 8) == [
        "Pain in the left knee, ",
        "and swelling of the right one",
    ]


def test_a_clause_too_long_is_cut_between_words_and_a_few_are_read_again() -> None:
    note = " ".join(f"word{number}" for number in range(400))
    parts = split_note(note, words, 100)
    for before, part in pairwise(parts):
        assert part.context.split() == before.text.split()[-8:]
        assert part.text[:1] == "w"


def test_parts_are_of_similar_size() -> None:
    sizes = [words(part) for part in texts("Fever and cough. " * 50, 100)]
    assert len(sizes) == 2
    assert max(sizes) - min(sizes) <= 10


@pytest.mark.parametrize("text", ["x" * 1000, "発熱と咳" * 100])
def test_text_without_any_space_is_cut_all_the_same(text: str) -> None:
    assert "".join(part.text for part in split_note(text, characters, 64)) == text


@pytest.mark.parametrize(
    "unit", ["x", "! ", "?!", "HR: ", "Hi.\n", "\n", "a, ", "Fever and cough since Monday. ", "[a"]
)
def test_a_long_note_is_measured_a_few_times_whatever_it_is_made_of(unit: str) -> None:
    measured = 0

    def measure(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return (len(text) + 3) // 4 + 1

    note = unit * (60_000 // len(unit))
    assert "".join(part.text for part in split_note(note, measure, 256)) == note
    assert measured <= 8 * len(note)


def test_the_cheapest_cuts_are_chosen() -> None:
    assert plan_cuts([0, 0.3, 0.3, 0.0, 0.3, 0.3], [10] * 6, [0] * 6, 40) == [0, 3, 6]
    assert plan_cuts([0, 0.3, 0.0, 0.3], [10] * 4, [0] * 4, 40) == [0, 4]


def test_a_unit_larger_than_the_room_is_a_part_by_itself() -> None:
    assert plan_cuts([0, 0.3, 0.3], [5, 50, 5], [0] * 3, 20) == [0, 1, 2, 3]
