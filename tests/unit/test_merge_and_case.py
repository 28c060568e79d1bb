"""Merging the summaries of parts, and giving a summary the note's own casing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.long_notes.merge_parts import MOST_ITEMS, merge_items, merge_sentences
from note_summarizer.long_notes.statements import content, distinct, left_out, split_items
from note_summarizer.long_notes.whole_statements import whole_statements
from note_summarizer.restore_case import restore_case


def test_items_keep_the_parts_order_once_each_with_vital_signs_last() -> None:
    parts = ["Chest pain, HR 120.", "Anterior MI, chest pain, BP 170/95.", "No acute findings."]
    assert merge_items(parts).text == "Chest pain, Anterior MI, HR 120, BP 170/95."


def test_an_item_within_a_fuller_one_is_left_out() -> None:
    assert merge_items(["pain, fever.", "left knee pain."]).text == "Fever, left knee pain."


def test_one_part_is_left_alone() -> None:
    assert merge_items(["Chest pain, chest pain."]).text == "Chest pain, chest pain."


def test_parts_that_all_say_nothing_say_nothing_together() -> None:
    assert merge_items(["No acute findings."] * 3).text == "No acute findings."


def test_sentences_keep_the_parts_order_once_each() -> None:
    parts = ["Fever for two days. No cough.", "no cough.  BP was 120/80."]
    assert merge_sentences(parts).text == "Fever for two days. No cough. BP was 120/80."


def test_commas_in_numbers_divide_nothing() -> None:
    assert split_items("WBC 12,500, fever.") == ["WBC 12,500", "fever"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("no fever", "fever"),
        ("possible pneumonia", "pneumonia"),
        ("aspirin stopped", "aspirin"),
        ("history of asthma", "asthma"),
        ("BP 120/80", "BP 118/76"),
        ("metoprolol 25 mg", "metoprolol 50 mg"),
        ("pain in the left knee", "pain in the right knee"),
        ("The cough resolved and the fever persists.", "The fever resolved and the cough persists."),
    ],
)
def test_what_says_something_else_stays(one: str, other: str) -> None:
    assert distinct([one, other]) == [one, other]
    assert distinct([other, one]) == [other, one]


@pytest.mark.parametrize(
    ("statements", "kept"),
    [
        (["The patient has a fever.", "Fever"], ["The patient has a fever."]),
        (["pain of the left knee", "left knee pain"], ["pain of the left knee"]),
        (["WBC 12.5", "fever, WBC 12.5"], ["fever, WBC 12.5"]),
        (["no acute findings", "No acute findings."], []),
        (["of the", "...", "-"], ["of the"]),
    ],
)
def test_of_what_says_the_same_the_fullest_stays(statements: list[str], kept: list[str]) -> None:
    assert distinct(statements) == kept


WORDS = ["fever", "no", "left", "knee", "pain", "possible", "the", "120/80", "BP", "38.5", "of"]
STATEMENTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), max_size=12)


@given(STATEMENTS)
def test_telling_statements_apart_twice_changes_nothing(statements: list[str]) -> None:
    assert distinct(distinct(statements)) == distinct(statements)


@given(STATEMENTS)
def test_every_word_and_number_is_still_said(statements: list[str]) -> None:
    said = {word for statement in distinct(statements) for word in content(statement)}
    assert said >= {word for statement in statements for word in content(statement)} - {"of", "the"}


@given(STATEMENTS)
def test_merged_statements_are_the_parts_in_their_order(statements: list[str]) -> None:
    places = [statements.index(statement) for statement in distinct(statements)]
    assert places == sorted(places)


def test_thousands_of_items_are_cut_at_the_bound_and_counted() -> None:
    merged = merge_items([f"finding number {number}, HR {number}." for number in range(10_000)])
    assert len(split_items(merged.text)) == len(merged.statements) == MOST_ITEMS
    assert merged.dropped == 20_000 - MOST_ITEMS


@pytest.mark.parametrize(
    ("summary", "items", "whole"),
    [
        ("Fever, HR 120, BP 120/8", True, ("Fever, HR 120.", 1)),
        ("Fever, HR 120, cough.", True, ("Fever, HR 120, cough.", 0)),
        ("Fever, T 38.", True, ("Fever.", 1)),
        ("BP 120/8", True, ("BP", 1)),
        ("Fever.  No cough. He was giv", False, ("Fever. No cough.", 1)),
        ("He was given 12", False, ("He was given", 1)),
        ("He is well.", False, ("He is well.", 0)),
        ("Fever", True, ("Fever", 1)),
        ("", True, ("", 0)),
    ],
)
def test_a_cut_off_summary_ends_with_a_whole_statement(summary: str, items: bool, whole: tuple[str, int]) -> None:
    assert whole_statements(summary, items=items) == whole


def test_a_statement_counts_as_left_out_without_its_numbers_or_most_of_its_words() -> None:
    statements = ["Temperature 38.5 at noon.", "Cough for two weeks.", "Aspirin 81 mg was started."]
    assert left_out(statements, "He had a cough for weeks, temperature 38.5, and aspirin was started.") == 1
    assert left_out(statements, "Stable.") == 3


@given(st.lists(st.lists(st.sampled_from(["fever", "cough", "HR 80", "BP 120/80"]), min_size=1), min_size=2))
def test_every_item_of_every_part_is_there_once(parts: list[list[str]]) -> None:
    merged = split_items(merge_items([", ".join(items) + "." for items in parts]).text)
    assert sorted(item.lower() for item in merged) == sorted({item.lower() for items in parts for item in items})


@pytest.mark.parametrize(
    ("summary", "note", "restored"),
    [
        ("acute anterior mi, hr 120.", "Suggesting acute anterior MI. HR 120.", "Acute anterior MI, HR 120."),
        ("crohn's disease.", "History of Crohn's disease.", "Crohn's disease."),
        ("fever, t 38.5.", "Fever. Temp 38.5.", "Fever, T 38.5."),
        ("chest pain.", "ASSESSMENT: CHEST PAIN AND FEVER", "Chest pain."),
        ("metoprolol 25 mg po bid.", "started metoprolol 25 mg po bid", "Metoprolol 25 mg PO BID."),
    ],
)
def test_words_are_cased_as_in_the_note(summary: str, note: str, restored: str) -> None:
    assert restore_case(summary, note) == restored


@given(st.text(max_size=60), st.text(max_size=120))
def test_only_the_casing_changes(summary: str, note: str) -> None:
    assert restore_case(summary, note).casefold() == summary.casefold()
