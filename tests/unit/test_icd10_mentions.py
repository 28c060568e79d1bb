"""Where a text says what the table has a term for, and which of it is not said of the patient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.icd10.mentions import coded_mentions, find_mentions

SURE = ("pneumonia", "HTN", "left ankle fracture", "acute on chronic systolic heart failure", "COPD", "type 2 diabetes")
DENIALS = (
    "Denies {}.",
    "No {}.",
    "No evidence of {}.",
    "Negative for {}.",
    "{} was ruled out.",
    "{}: none",
    "CT chest neg {}",
    "They didn't, um, show any {}.",
    "Neither {} nor a rash.",
    "I do not think this is {}.",
)
DOUBTS = (
    "Possible {}.",
    "?{}",
    "r/o {}",
    "Concern for {}.",
    "{} is suspected.",
    "At risk for {}.",
    "{} cannot be excluded.",
)
RELATIVES = ("Family history of {}.", "Mother has {}.", "Father alive with {}.", "FHx: {}")


def found(text: str) -> list[tuple[str, str]]:
    return [(mention.code, text[mention.start : mention.end]) for mention in coded_mentions(text)]


@pytest.mark.parametrize("template", DENIALS + DOUBTS + RELATIVES)
@pytest.mark.parametrize("name", SURE)
def test_what_is_denied_doubted_or_a_relative_s_is_not_coded(template: str, name: str) -> None:
    assert found(template.format(name)) == []


@given(
    st.sampled_from(DENIALS[:6]),
    st.lists(st.sampled_from(SURE), min_size=1, max_size=4),
    st.sampled_from([", ", "; ", " / "]),
)
def test_a_denial_holds_for_a_whole_list(template: str, names: list[str], separator: str) -> None:
    assert found("Seen today.\n" + template.format(separator.join(names))) == []


@pytest.mark.parametrize("name", SURE)
@pytest.mark.parametrize(
    "template", ["Diagnosed with {}.", "{}", "No rash but has {}.", "No rash. {} is stable.", "Known {}, on treatment"]
)
def test_what_is_stated_is_coded(template: str, name: str) -> None:
    text = template.format(name)
    [(_, place)] = found(text)
    assert name.endswith(place)


def test_words_may_stand_in_any_order_and_company() -> None:
    assert found("Fracture of the left ankle") == [("S82.89", "Fracture of the left ankle")]
    assert found("systolic heart failure, chronic") == [("I50.2", "systolic heart failure")]


def test_the_longest_name_wins_and_no_word_counts_twice() -> None:
    assert [code for code, _ in found("COPD exacerbation and COVID-19 pneumonia")] == ["J44.1", "J12.82"]


def test_a_denial_between_a_term_s_words_counts() -> None:
    assert found("left ankle: no fracture") == []
    assert found("migraine without aura") == [("G43.009", "migraine without aura")]


@pytest.mark.parametrize(
    "text", ["SpO2 98% on RA", "all aids were given", "Ms. Smith", "stress test", "fall precautions", "heart rate 80"]
)
def test_what_only_looks_like_a_diagnosis(text: str) -> None:
    assert found(text) == []


def test_capitals_make_an_abbreviation() -> None:
    assert [code for code, _ in found("RA, MS and PE")] == ["M06.9", "G35.D", "I26.99"]


@given(
    st.lists(
        st.sampled_from([*SURE, "no", "denies", ".", ",", "left", "\n", "é", "\U0001f600", "A", "3", "with"]),
        max_size=25,
    )
)
def test_mentions_lie_in_the_text_and_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    end = 0
    for mention in find_mentions(text):
        assert end <= mention.start < mention.end <= len(text)
        assert 0 < mention.share <= 1
        assert text[mention.start : mention.end].strip()
        end = mention.start + 1


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("HR 120, BP 170/95.", []),
        ("CRP down to 12, ESR 78.", []),
        ("CVA tenderness. PE exam normal. SpO2 94% RA.", []),
        ("HR positive breast cancer.", ["Z17.41", "C50.91"]),
        ("DM 2, HTN, CKD 3.", ["E11.9", "I10", "N18.30"]),
    ],
)
def test_a_values_label_is_no_problem(text: str, codes: list[str]) -> None:
    assert [mention.code for mention in coded_mentions(text)] == codes
