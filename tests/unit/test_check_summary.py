"""What the faithfulness checks find, what they let pass, and what is delivered in a rejected summary's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes_pipeline.core.check_summary import Checked, check_summary, is_items, review_reasons
from notes_pipeline.core.faithfulness.read_text import MOST_OF_A_KEY, ReadText
from notes_pipeline.records import Finding

NOTE = (
    "62 year old man with chest pain radiating to the left arm. Denies fever, chills or cough. HR 120, BP 170/95. "
    "Oxygen saturation 91% on room air. Troponin 1.4. No pneumothorax on chest x-ray. Given aspirin 325 mg. "
    "Possible pericarditis. His mother had breast cancer. History of gout."
)


def findings(checked: Checked) -> tuple[Finding, ...]:
    return checked.rejected.findings if checked.rejected else checked.checks.findings


def found(summary: str, note: str = NOTE) -> list[tuple[str, str]]:
    return [(f.kind.value, summary[f.span.start : f.span.end]) for f in findings(check_summary(summary, note))]


@pytest.mark.parametrize(
    "summary",
    [
        "Chest pain, HR 120, BP 170/95, SpO2 91%.",
        "Troponin 1.4, aspirin 325 mg.",
        "No pneumothorax on chest x-ray.",
        "No acute findings.",
        "A 62-year-old gentleman has pain in the chest. He denies fever and cough.",
        "Pulse 120, blood pressure of 170 over 95.",
        "Possible pericarditis.",
        "Family history of breast cancer.",
        "Chest pain radiating to left arm, ASA 0.325 g.",
        "",
    ],
)
def test_what_the_note_says_passes(summary: str) -> None:
    assert review_reasons(check_summary(summary, NOTE)) == ()


@pytest.mark.parametrize(
    ("summary", "kind", "text"),
    [
        ("Chest pain, HR 121.", "number", "121"),
        ("Aspirin 3250 mg.", "number", "3250 mg"),
        ("Aspirin 325 mcg.", "unit", "325 mcg"),
        ("BP 95/170.", "number", "95"),
        ("BP 171/95.", "number", "171"),
        ("RR 120.", "number", "120"),
        ("Seen on 3 May 2024, chest pain.", "date", "3 May 2024"),
        ("Chest pain, nephritis.", "problem", "nephritis"),
        ("Chest pain, metoprolol.", "drug", "metoprolol"),
        ("Chest pain, tracheostomy.", "procedure", "tracheostomy"),
        ("Chest pain, pacemaker.", "device", "pacemaker"),
        ("Chest pain, fever.", "negation", "fever"),
        ("Pneumothorax, HR 120.", "negation", "Pneumothorax"),
        ("No chest pain, HR 120.", "negation", "chest pain"),
        ("Chest pain radiating to the right arm.", "laterality", "right"),
        ("Pericarditis.", "certainty", "Pericarditis"),
        ("Breast cancer, chest pain.", "family", "Breast cancer"),
        ("A woman with chest pain.", "person", "woman"),
        ("Chest pain, glimmering.", "word", "glimmering"),
    ],
)
def test_what_it_does_not_say_is_found_at_its_place(summary: str, kind: str, text: str) -> None:
    assert (kind, text) in found(summary)
    assert review_reasons(check_summary(summary, NOTE))


@pytest.mark.parametrize("outcome", ["died", "extubated", "discharged home"])
def test_an_outcome_that_the_note_does_not_say_is_severe(outcome: str) -> None:
    checked = check_summary(
        f"Pneumonia, {outcome}.", "Pneumonia, on penicillin since Monday, feeling better by evening."
    )
    assert checked.rejected
    assert ("outcome", "severe") in {(f.kind.value, f.severity.value) for f in checked.rejected.findings}


@pytest.mark.parametrize(
    ("summary", "note"),
    [
        ("Sepsis, died.", "Sepsis. She passed away at 04:10."),
        ("Asthma, discharged home.", "Asthma, better after nebulisers, sent home with a plan."),
        ("Allergic to penicillin.", "Penicillin gave him hives as a child."),
        ("Left against medical advice.", "Signed out AMA."),
        ("Overdose, extubated.", "Overdose. The breathing tube came out on day 2."),
        ("T 38.5 C.", "Temp 101.3 F."),
        ("Weight 154 lb.", "Weight 70 kg."),
        ("26-year-old.", "Doctor: How old are you?\nPatient: I'm twenty six."),
        ("History of myocardial infarction and hypertension.", "PMH: MI, HTN."),
        ("Single.", "Doctor: Are you married?\nPatient: No, never been married."),
        ("Denies nausea.", "Doctor: Any nausea?\nPatient: Nope."),
        ("Cholecystectomy.", "I had my gallbladder taken out."),
        ("Seen 01/10/2009.", "I saw them on January tenth two thousand nine."),
    ],
)
def test_the_same_in_other_words_is_not_flagged(summary: str, note: str) -> None:
    assert review_reasons(check_summary(summary, note)) == ()


def test_a_summary_with_a_severe_finding_is_replaced_by_sentences_of_its_note() -> None:
    summary = "Chest pain, HR 121, aspirin 325 mg."
    checked = check_summary(summary, NOTE)
    assert checked.rejected
    assert checked.rejected.summary == summary
    assert "HR 120" in checked.summary
    for item in checked.evidence:
        (span,) = item.note_spans
        assert NOTE[span.start : span.end] == checked.summary[item.span.start : item.span.end]
    (reason,) = review_reasons(checked)
    assert "rejected" in reason
    assert "121" in reason


def test_a_moderate_finding_asks_for_a_person_and_keeps_the_summary() -> None:
    checked = check_summary("Chest pain, glimmering.", NOTE)
    assert (checked.summary, checked.rejected) == ("Chest pain, glimmering.", None)
    assert checked.checks.words_unsupported == ("glimmering",)
    assert checked.checks.risk == 1


def test_evidence_is_where_the_note_says_it() -> None:
    summary = "Chest pain, HR 120."
    first, second = check_summary(summary, NOTE).evidence
    assert summary[first.span.start : first.span.end] == "Chest pain"
    assert NOTE[first.note_spans[0].start : first.note_spans[0].end] == "chest pain"
    assert NOTE[second.note_spans[0].start : second.note_spans[0].end] == "HR 120"
    assert (first.support, second.support) == (1.0, 1.0)


def test_what_the_note_does_not_say_has_no_evidence() -> None:
    checked = check_summary("Chest pain, glimmering.", NOTE)
    assert (checked.evidence[1].note_spans, checked.evidence[1].support) == ((), 0.0)


def test_something_denied_once_and_affirmed_once_is_not_negated() -> None:
    assert found("Fever.", "Denies fever at home. Fever of 39.1 on arrival.") == []


@pytest.mark.parametrize(
    ("summary", "items"),
    [("Chest pain, fever, HR 120.", True), ("He has pain, fever and chills. He is well.", False), ("Fever", True)],
)
def test_a_summary_of_items_is_told_from_prose(summary: str, items: bool) -> None:
    assert is_items(summary) is items


@given(st.text(max_size=200), st.text(max_size=200))
def test_every_span_lies_in_its_text(summary: str, note: str) -> None:
    checked = check_summary(summary, note)
    said = checked.rejected.summary if checked.rejected else checked.summary
    for finding in findings(checked):
        assert 0 <= finding.span.start < finding.span.end <= len(said)
        assert finding.note_span is None or finding.note_span.end <= len(note)
    for item in checked.evidence:
        assert item.span.end <= len(checked.summary)
        assert all(span.start < span.end <= len(note) for span in item.note_spans)


@given(st.text(max_size=200))
def test_a_text_says_its_own_words_and_numbers(text: str) -> None:
    kinds = {finding.kind.value for finding in findings(check_summary(text, text))}
    assert not kinds & {"word", "problem", "drug", "procedure", "device", "outcome", "unit", "date"}


@pytest.mark.parametrize("text", ["HR 5, ", "fever ", "left knee ", "no pneumonia, ", "120/80 ", "\n"])
def test_a_note_that_repeats_itself_costs_no_more_than_another(text: str) -> None:
    looked_at = ReadText(text * 5_000)
    assert all(len(words) <= MOST_OF_A_KEY for words in looked_at.index.values())
    assert all(len(values) <= MOST_OF_A_KEY for values in looked_at.values_by_number.values())
    check_summary(text * 50, text * 5_000)  # quadratic, this would take minutes
