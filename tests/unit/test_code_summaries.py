"""Candidate codes of a note: which, in what order, and with what evidence."""

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.coded_records import candidates, codes, record, said

from notes_pipeline.core.code_summaries import MOST_CANDIDATES, code_note

NAMES = (
    "pneumonia",
    "HTN",
    "cough",
    "left ankle fracture",
    "history of stroke",
    "no DVT",
    "CKD stage 3b",
    "chest pain",
)


def test_a_summary_and_a_note() -> None:
    summary = "Acute on chronic systolic heart failure, cough, history of hypertension and MI."
    note = "Acute on chronic systolic heart failure. PMH: HTN, MI. Denies chest pain. Mother had breast cancer."
    found = candidates(note, summary)
    assert [each.code for each in found] == ["I50.23", "I10", "I25.2", "R05.9"]
    assert [each.rank for each in found] == [1, 2, 3, 4]
    assert found[0].title == "Acute on chronic systolic (congestive) heart failure"
    assert [said(each, note, summary).lower() for each in found[0].evidence] == [
        "acute on chronic systolic heart failure"
    ] * 2
    assert [each.where for each in found[0].evidence] == ["summary", "note"]


def test_the_record_is_named_and_the_engine_told() -> None:
    coded = code_note(record(), "pneumonia")
    assert (coded.note_uid, coded.content_sha256, coded.engine) == ("a" * 32, "b" * 64, "lexical")


def test_diagnoses_come_before_symptoms_however_often_these_are_said() -> None:
    assert codes("Cough. Cough. Cough. Cough. Pneumonia.", "Cough.") == ["J18.9", "R05.9"]


def test_what_the_summary_says_counts_more_and_what_it_says_first_most() -> None:
    assert codes("Gout. Gastritis. Pneumonia.", "Pneumonia, gout.") == ["J18.9", "M10.9", "K29.70"]


def test_more_mentions_and_more_specific_ones_count_more() -> None:
    once, twice = candidates("Gout.")[0].score, candidates("Gout. Gout again.")[0].score
    assert twice > once
    assert codes("Anemia. Acute on chronic systolic heart failure.")[0] == "I50.23"


def test_a_past_condition_gives_its_history_code_and_a_lasting_one_itself() -> None:
    assert codes("History of stroke.") == ["Z86.73"]
    assert codes("h/o breast cancer") == ["Z85.3"]
    assert codes("PMH: COPD") == ["J44.9"]
    assert codes("history of cough") == []


def test_a_side_said_once_holds_for_what_is_said_without_it() -> None:
    note = "Right knee pain. The knee pain is worse at night."
    found = candidates(note)
    assert [each.code for each in found] == ["M25.561"]
    assert [said(each, note, "") for each in found[0].evidence] == ["Right knee pain", "knee pain"]


def test_nothing_to_code() -> None:
    assert codes("The patient slept well.") == []
    assert codes("") == codes(" \n") == []


@given(st.lists(st.sampled_from(NAMES), max_size=30), st.lists(st.sampled_from(NAMES), max_size=6))
def test_candidates_are_few_ranked_and_shown(in_note: list[str], in_summary: list[str]) -> None:
    note, summary = ". ".join(in_note), ", ".join(in_summary)
    found = candidates(note, summary)
    assert len(found) <= MOST_CANDIDATES
    assert [each.rank for each in found] == list(range(1, len(found) + 1))
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert len({each.code for each in found}) == len(found)
    for each in found:
        assert 0 < each.score <= 1
        assert each.title
        assert each.evidence
        assert all(said(place, note, summary).strip() for place in each.evidence)


def test_the_same_note_gives_the_same_codes() -> None:
    note = "Pneumonia, gout, HTN, COPD, CKD, anemia, GERD, asthma, obesity, hypothyroidism, gastritis, psoriasis."
    assert candidates(note) == candidates(note)
    assert len(candidates(note)) == MOST_CANDIDATES
