"""Reading clinical prose: words, numbers, values, dates, equivalents and what holds for a mention."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.clinical_text.abbreviations import all_expansions
from notes_pipeline.core.clinical_text.clauses import read_clauses
from notes_pipeline.core.clinical_text.context import read_contexts
from notes_pipeline.core.clinical_text.dates import Date, read_dates
from notes_pipeline.core.clinical_text.lexicon import equivalents
from notes_pipeline.core.clinical_text.numbers import read_numbers
from notes_pipeline.core.clinical_text.stems import stem
from notes_pipeline.core.clinical_text.tokens import tokenize
from notes_pipeline.core.clinical_text.values import Value, read_values, same_quantity


def holds(text: str, mention: str) -> set[str]:
    start = text.lower().index(mention)
    found = read_contexts(text).at(start, start + len(mention))
    return {name for name, value in found._asdict().items() if value}


@pytest.mark.parametrize(
    ("text", "mention", "context"),
    [
        ("Denies fever, chills or cough but has wheezing.", "cough", {"negated"}),
        ("Denies fever, chills or cough but has wheezing.", "wheezing", set()),
        ("Pneumonia was ruled out.", "pneumonia", {"negated"}),
        ("Aortic stenosis has not been ruled out.", "aortic stenosis", {"uncertain"}),
        ("PE cannot be excluded.", "pe", {"uncertain"}),
        ("Admitted to rule out stroke.", "stroke", {"uncertain"}),
        ("No increase in edema.", "edema", set()),
        ("Fever: denied. Cough present.", "fever", {"negated"}),
        ("History of CAD and HTN, presents with dyspnea.", "htn", {"historical"}),
        ("History of CAD and HTN, presents with dyspnea.", "dyspnea", set()),
        ("Mother had lupus.", "lupus", {"family"}),
        ("Family history: stroke, gout.\nAssessment: asthma.", "gout", {"family"}),
        ("Family history: stroke, gout.\nAssessment: asthma.", "asthma", set()),
        ("Brought in by daughter: confusion.", "confusion", set()),
        ("Doctor: Any fever?\nPatient: No.", "fever", {"negated"}),
        ("Doctor: Any fever?\nPatient: Yes, since Monday.", "fever", set()),
        ("Doctor: Any fever?\nPatient: No, just a cough.", "cough", set()),
        ("Patient: My dad died young. He had gout.", "gout", {"family"}),
        ("HTN, denies chest pain.", "htn", set()),
        ("HTN, denies chest pain.", "chest pain", {"negated"}),
        ("Left against medical advice.", "medical", set()),
        ("Nil by mouth, ceftriaxone.", "ceftriaxone", set()),
    ],
)
def test_what_holds_for_a_mention(text: str, mention: str, context: set[str]) -> None:
    assert holds(text, mention) == context


def test_a_comma_ends_what_a_trigger_reaches_in_a_list_of_items() -> None:
    text = "Possible PE, chest pain"
    at = text.index("chest")
    assert read_contexts(text).at(at, at + 5).uncertain
    assert not read_contexts(text, commas_end=True).at(at, at + 5).uncertain


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty six", [(26.0,)]),
        ("nineteen eighty four", [(1984.0, 19.0, 84.0)]),
        ("two thousand nine", [(2009.0,)]),
        ("one twenty two per minute", [(122.0, 1.0, 22.0)]),
        ("ninety eight point six", [(98.6, 98.0)]),
        ("one hundred and five", [(105.0,)]),
        ("four or five days", [(4.0,), (5.0,)]),
        ("in her eighties", [(80.0,)]),
        ("1,200 mL", [(1200.0,)]),
        ("SpO2 95%", [(95.0,)]),
        ("HR120", [(120.0,)]),
        ("one of my brothers", []),
    ],
)
def test_numbers_in_digits_and_words(text: str, values: list[tuple[float, ...]]) -> None:
    assert [number.values for number in read_numbers(tokenize(text))] == values


def only_value(text: str) -> Value:
    tokens = tokenize(text)
    (value,) = read_values(text, tokens, read_numbers(tokens))
    return value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("38.5 C", "101.3 F", True),
        ("70 kg", "154 lb", True),
        ("0.5 g", "500 mg", True),
        ("500 mcg", "0.5 mg", True),
        ("5 mg", "5 g", False),
        ("5 mg", "5 mL", False),
        ("5 mg/dL", "5 mg", False),
        ("5", "5 mg", True),
        ("5 mg", "6 mg", False),
        ("eight hours", "8 h", True),
    ],
)
def test_quantities_are_compared_by_their_units(one: str, other: str, same: bool) -> None:
    assert same_quantity(only_value(one), only_value(other)) is same


@pytest.mark.parametrize(
    ("text", "vital"),
    [
        ("Pulse rate: 120 bpm", "hr"),
        ("P=67", "hr"),
        ("B/P was 120", "bp"),
        ("resp rate at 18", "rr"),
        ("Tmax 38.1", "t"),
        ("O2 sats of 95%", "spo2"),
        ("creatinine 1.4", ""),
    ],
)
def test_the_vital_sign_a_number_is_of(text: str, vital: str) -> None:
    assert only_value(text).vital == vital


def dates(text: str) -> list[Date]:
    tokens = tokenize(text)
    return read_dates(text, tokens, read_numbers(tokens))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("01/10/2009", "January tenth two thousand nine", True),
        ("2009-01-10", "10 January 2009", True),
        ("01/11/2009", "January 10, 2009", False),
        ("August 2008", "August of two thousand eight", True),
        ("06/18/06", "nineteenth of June", False),
    ],
)
def test_dates_agree_as_far_as_both_are_given(one: str, other: str, agree: bool) -> None:
    assert dates(one)[0].agrees(dates(other)[0]) is agree


def test_may_is_a_verb_where_no_number_stands() -> None:
    assert dates("He may be discharged.") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E K G showed 4 M G I M", ["ekg", "showed", "4", "mg", "im"]),
        ("type-2 A1c 12-lead", ["type", "2", "a1c", "12", "lead"]),
        ("didn't", ["didn't"]),
    ],
)
def test_words_are_parted(text: str, words: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == words


@pytest.mark.parametrize(
    ("one", "other"), [("vomited", "vomiting"), ("fractures", "fractured"), ("oedema", "edema"), ("died", "death")]
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("hypertension", "hypotension"), ("prednisone", "prednisolone"), ("cefazolin", "cefepime")]
)
def test_names_that_differ_have_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_abbreviations_that_are_words_count_in_capitals_only() -> None:
    assert all_expansions()["htn"] == ("hypertension", "high blood pressure")
    found = {text: {g for _, _, groups in equivalents(tokenize(text), text) for g in groups} for text in ("ALL", "all")}
    assert found["ALL"]
    assert not found["all"]


@given(st.text(max_size=300))
def test_clauses_lie_in_the_text_in_order(text: str) -> None:
    clauses = read_clauses(text)
    assert all(0 <= clause.start < clause.end <= len(text) for clause in clauses)
    assert all(a.end <= b.start for a, b in itertools.pairwise(clauses))


@given(st.text(max_size=300))
def test_tokens_lie_in_the_text(text: str) -> None:
    assert all(
        text[t.start : t.end].replace(" ", "").lower()[:1] == t.text[:1] for t in tokenize(text) if t.text.isascii()
    )
