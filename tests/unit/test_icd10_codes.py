"""Words, the choice of a code, what is past, and cutting for a service's limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.icd10.choose_code import choose_code
from notes_pipeline.core.icd10.chunks import split_chunks
from notes_pipeline.core.icd10.history import _rules, past_code
from notes_pipeline.core.icd10.table import children, codes, title
from notes_pipeline.core.icd10.words import read_words


def words(text: str) -> set[str]:
    return {word for token in read_words(text) for word in token.words}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anaemia", "anemia"),
        ("oesophageal tumours", "esophagus neoplasm"),
        ("fractured femurs", "femoral fracture"),
        ("renal calculi", "kidney stones"),
        ("lung cancer", "malignant neoplasm of the lung"),
        ("Sjögren's syndrome", "Sjogren syndrome"),
        ("type II diabetic", "diabetes type 2"),
        ("Diarrhoea", "diarrhea"),
    ],
)
def test_spelling_number_and_form_do_not_matter(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_a_letter_is_a_label_and_an_article_is_not() -> None:
    assert "a" in words("hepatitis A") & words("stage 3a")
    assert "a" not in words("A fall. A cough") | words("had a fall")
    assert words("w/o") == words("s/p") == set()


@pytest.mark.parametrize(
    ("category", "text", "code"),
    [
        ("S82.6", "lateral malleolus left", "S82.62XA"),
        ("S82.6", "lateral malleolus", "S82.63XA"),
        ("S82.6", "open lateral malleolus right", "S82.61XB"),
        ("S82.6", "healing fracture of lateral malleolus left", "S82.62XD"),
        ("S82.6", "nondisplaced lateral malleolus left", "S82.65XA"),
        ("M17.1", "knee right", "M17.11"),
        ("E11", "type 2 diabetes", "E11.9"),
        ("N18", "chronic kidney disease stage 4", "N18.4"),
        ("N18", "chronic kidney disease", "N18.9"),
        ("I50.2", "acute chronic systolic heart failure", "I50.23"),
        ("I10", "anything", "I10"),
    ],
)
def test_the_most_specific_code_that_is_said(category: str, text: str, code: str) -> None:
    assert choose_code(category, frozenset(words(text))) == code


@given(st.sampled_from(codes()), st.frozensets(st.sampled_from(["left", "right", "open", "acute", "other", "2"])))
def test_whatever_is_said_the_code_is_billable_and_below(code: str, said: frozenset[str]) -> None:
    chosen = choose_code(code, said)
    assert chosen.startswith(code)
    assert title(chosen)
    assert not children(chosen)


@pytest.mark.parametrize(
    ("code", "past"),
    [
        ("I21.4", "I25.2"),
        ("I63.9", "Z86.73"),
        ("C50.912", "Z85.3"),
        ("J18.9", "Z87.01"),
        ("O24.410", "Z86.32"),
        ("S82.62XA", "Z87.828"),
        ("I10", "I10"),
        ("B20", "B20"),
        ("R07.9", ""),
        ("J06.9", ""),
    ],
)
def test_what_is_past(code: str, past: str) -> None:
    assert past_code(code) == past


def test_the_codes_of_the_past_are_billable() -> None:
    for _, _, outcome in _rules():
        assert outcome in ("still", "none") or (title(outcome) and not children(outcome)), outcome


@given(st.text(st.sampled_from("ab. \n\u00e9\U0001f600"), max_size=120), st.integers(1, 40))
def test_chunks_are_the_text_within_the_limit(text: str, limit: int) -> None:
    chunks = split_chunks(text, limit)
    assert "".join(chunk for _, chunk in chunks) == text
    assert all(0 < len(chunk) <= limit and text[at : at + len(chunk)] == chunk for at, chunk in chunks)


def test_chunks_end_with_paragraphs_or_sentences() -> None:
    text = "One two three. Four five six.\n\nSeven eight nine. Ten."
    assert [chunk for _, chunk in split_chunks(text, 40)] == [text[:31], text[31:]]
    assert [chunk for _, chunk in split_chunks(text[:29], 20)] == ["One two three. ", "Four five six."]
