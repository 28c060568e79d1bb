"""What the faithfulness check finds, and what it lets pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.check_summary import check_summary, review_reasons

NOTE = (
    "62 year old man with chest pain radiating to the left arm. Denies fever, chills or cough. HR 120, BP 170/95. "
    "Oxygen saturation 91% on room air. Troponin 1.4. No pneumothorax on chest x-ray. Given aspirin 325 mg."
)


@pytest.mark.parametrize(
    "summary",
    [
        "Chest pain, HR 120, BP 170/95, SpO2 91%.",
        "Troponin 1.4, aspirin 325 mg.",
        "Normal chest x-ray.",
        "No acute findings.",
        "",
    ],
)
def test_what_the_note_says_passes(summary: str) -> None:
    assert review_reasons(check_summary(summary, NOTE)) == ()


@pytest.mark.parametrize(
    ("summary", "field", "found"),
    [
        ("Chest pain, HR 121.", "numbers_unsupported", ("121",)),
        ("Aspirin 3250 mg.", "numbers_unsupported", ("3250",)),
        ("BP 95/170.", "numbers_unsupported", ("95/170",)),
        ("BP 171/95.", "numbers_unsupported", ("171", "171/95")),
        ("Chest pain, pericarditis.", "words_unsupported", ("pericarditis",)),
        ("Chest pain, fever.", "negated_in_note", ("fever",)),
        ("Cough, HR 120.", "negated_in_note", ("cough",)),
        ("Pneumothorax.", "negated_in_note", ("pneumothorax",)),
    ],
)
def test_what_it_does_not_say_is_found(summary: str, field: str, found: tuple[str, ...]) -> None:
    checks = check_summary(summary, NOTE)
    assert getattr(checks, field) == found
    assert review_reasons(checks)


@pytest.mark.parametrize("outcome", ["died", "extubated", "discharged home", "allergic to penicillin"])
def test_an_outcome_that_the_note_does_not_say_is_found(outcome: str) -> None:
    note = "Pneumonia, on penicillin since Monday, feeling better by evening."
    assert check_summary(f"Pneumonia, {outcome}.", note).words_unsupported == (outcome.split()[0],)


@pytest.mark.parametrize(
    ("summary", "note"),
    [
        ("Sepsis, died.", "Sepsis. She passed away at 04:10."),
        ("Asthma, discharged home.", "Asthma, better after nebulisers, sent home with a plan."),
        ("Allergic to penicillin.", "Penicillin gave him hives as a child."),
        ("Left against medical advice.", "Signed out AMA."),
        ("Overdose, extubated.", "Overdose. The breathing tube came out on day 2."),
    ],
)
def test_an_outcome_may_be_said_in_other_words(summary: str, note: str) -> None:
    assert check_summary(summary, note).words_unsupported == ()


def test_a_pair_may_be_written_in_other_ways() -> None:
    assert (
        check_summary("BP 120/80, strength 4/5.", "Blood pressure 120 over 80, strength 4 / 5.").numbers_unsupported
        == ()
    )


def test_something_denied_once_and_affirmed_once_is_not_negated() -> None:
    note = "Denies fever at home. Fever of 39.1 on arrival."
    assert check_summary("Fever.", note).negated_in_note == ()


def test_other_inflections_of_a_word_count_as_the_word() -> None:
    assert check_summary("Vomiting.", "The patient vomited twice.").words_unsupported == ()


@given(st.text(max_size=200))
def test_a_text_supports_its_own_numbers_and_words(text: str) -> None:
    checks = check_summary(text, text)
    assert checks.words_unsupported == ()
    assert all("spo2" in text.lower() or "/10" in text for _ in checks.numbers_unsupported)
