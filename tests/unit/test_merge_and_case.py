"""Merging the summaries of parts, and giving a summary the note's own casing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_summarizer.merge_parts import merge_items, merge_sentences, split_items
from note_summarizer.restore_case import restore_case


def test_items_keep_the_parts_order_once_each_with_vital_signs_last() -> None:
    parts = ["Chest pain, HR 120.", "Anterior MI, chest pain, BP 170/95.", "No acute findings."]
    assert merge_items(parts) == "Chest pain, Anterior MI, HR 120, BP 170/95."


def test_an_item_within_a_fuller_one_is_left_out() -> None:
    assert merge_items(["pain, fever.", "left knee pain."]) == "Fever, left knee pain."


def test_one_part_is_left_alone() -> None:
    assert merge_items(["Chest pain, chest pain."]) == "Chest pain, chest pain."


def test_parts_that_all_say_nothing_say_nothing_together() -> None:
    assert merge_items(["No acute findings."] * 3) == "No acute findings."


def test_sentences_keep_the_parts_order_once_each() -> None:
    parts = ["Fever for two days. No cough.", "no cough.  BP was 120/80."]
    assert merge_sentences(parts) == "Fever for two days. No cough. BP was 120/80."


def test_commas_in_numbers_divide_nothing() -> None:
    assert split_items("WBC 12,500, fever.") == ["WBC 12,500", "fever"]


@given(st.lists(st.lists(st.sampled_from(["fever", "cough", "HR 80", "BP 120/80"]), min_size=1), min_size=2))
def test_every_item_of_every_part_is_there_once(parts: list[list[str]]) -> None:
    merged = split_items(merge_items([", ".join(items) + "." for items in parts]))
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
