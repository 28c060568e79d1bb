"""Amazon Comprehend Medical as the engine for codes, on answers of the documented shape."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber
from tests.unit.coded_records import record, said

from notes_pipeline.aws import clients
from notes_pipeline.aws.comprehend_medical import MOST_CHARACTERS, infer_codes
from notes_pipeline.errors import BusyError, DependencyError, InferenceError
from notes_pipeline.steps.coders import comprehend_coder, lexical_coder

PNEUMONIA, COPD = ("J18.9", "Pneumonia, unspecified organism"), ("J44.9", "Chronic obstructive pulmonary disease")


@pytest.fixture
def service(aws: None) -> Iterator[Stubber]:
    with Stubber(clients.comprehendmedical()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def entity(
    text: str, said_as: str, *concepts: tuple[str, str], traits: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """An ICD10CMEntity: offsets count code points of the request's text."""
    start = text.index(said_as)
    return {
        "Id": start,
        "Text": said_as,
        "Category": "MEDICAL_CONDITION",
        "Type": "DX_NAME",
        "Score": 0.9,
        "BeginOffset": start,
        "EndOffset": start + len(said_as),
        "Attributes": [],
        "Traits": [{"Name": name, "Score": 0.8} for name in traits],
        "ICD10CMConcepts": [
            {"Code": code, "Description": title, "Score": 0.8 - 0.1 * rank}
            for rank, (code, title) in enumerate(concepts)
        ],
        **more,
    }


def answer(*entities: dict[str, Any]) -> dict[str, Any]:
    return {"Entities": list(entities), "ModelVersion": "3.0.0"}


def test_summary_and_note_go_together_and_each_gets_its_evidence(service: Stubber) -> None:
    summary, note = "Pneumonia \U0001fac1.", "Préséntation: pneumonia, COPD."
    text = f"{summary}\n\n{note}"
    found = [
        entity(text, "Pneumonia", PNEUMONIA, COPD),
        entity(text, "pneumonia", PNEUMONIA),
        entity(text, "COPD", COPD),
    ]
    service.add_response("infer_icd10_cm", answer(*found), {"Text": text})
    coded = comprehend_coder()(record(summary), note)
    assert coded.engine == "comprehend-medical"
    assert [(each.code, each.rank) for each in coded.candidates] == [("J18.9", 1), ("J44.9", 2)]
    places = [said(place, note, summary) for each in coded.candidates for place in each.evidence]
    assert places == ["Pneumonia", "pneumonia", "COPD"]
    assert 0 < coded.candidates[1].score < coded.candidates[0].score <= 1


@pytest.mark.parametrize("trait", ["NEGATION", "PERTAINS_TO_FAMILY", "HYPOTHETICAL", "LOW_CONFIDENCE"])
def test_what_the_patient_does_not_have_gives_no_code(service: Stubber, trait: str) -> None:
    text = "pneumonia and COPD"
    denied = entity(text, "pneumonia", PNEUMONIA, traits=("DIAGNOSIS", trait))
    service.add_response("infer_icd10_cm", answer(denied, entity(text, "COPD", COPD, traits=("DIAGNOSIS",))))
    assert [each.code for each in infer_codes(text)] == ["J44.9"]


def test_times_and_conditions_without_a_code_give_none(service: Stubber) -> None:
    text = "pneumonia yesterday"
    time = entity(text, "yesterday", Type="TIME_EXPRESSION")
    service.add_response("infer_icd10_cm", answer(time, entity(text, "pneumonia")))
    assert infer_codes(text) == []


def test_a_symptom_ranks_below_a_diagnosis(service: Stubber) -> None:
    note = "cough, pneumonia"
    text = f"Cough.\n\n{note}"
    cough = ("R05.9", "Cough, unspecified")
    found = [
        entity(text, "Cough", cough, Score=0.99),
        entity(text, "cough", cough),
        entity(text, "pneumonia", PNEUMONIA),
    ]
    service.add_response("infer_icd10_cm", answer(*found))
    assert [each.code for each in comprehend_coder()(record("Cough."), note).candidates] == ["J18.9", "R05.9"]


def test_a_long_text_goes_in_pieces_whose_places_are_the_text_s(service: Stubber) -> None:
    sentence = "The patient was seen \u2013 again. "
    first = sentence * (MOST_CHARACTERS // len(sentence))
    rest = sentence * 3 + "On day two pneumonia."
    service.add_response("infer_icd10_cm", answer(), {"Text": first})
    service.add_response("infer_icd10_cm", answer(entity(rest, "pneumonia", PNEUMONIA)), {"Text": rest})
    [inferred] = infer_codes(first + rest)
    assert (first + rest)[inferred.start : inferred.end] == "pneumonia"


def test_an_empty_text_asks_nothing(service: Stubber) -> None:
    assert infer_codes("") == infer_codes(" \n ") == []


@pytest.mark.parametrize(
    ("code", "family"),
    [
        ("TooManyRequestsException", BusyError),
        ("ThrottlingException", BusyError),
        ("ServiceUnavailableException", BusyError),
        ("InternalServerException", BusyError),
        ("TextSizeLimitExceededException", InferenceError),
        ("InvalidEncodingException", InferenceError),
        ("InvalidRequestException", InferenceError),
        ("AccessDeniedException", DependencyError),
    ],
)
def test_its_errors_belong_to_families_and_tell_nothing_of_the_note(
    service: Stubber, code: str, family: type[Exception]
) -> None:
    service.add_client_error("infer_icd10_cm", code, "Canary Smith", 400)
    with pytest.raises(family) as raised:
        infer_codes("Canary Smith has pneumonia")
    assert str(raised.value) == f"ComprehendMedical InferICD10CM: {code}"


def test_the_lexical_engine_needs_no_service() -> None:
    assert [each.code for each in lexical_coder()(record("Pneumonia."), "pneumonia").candidates] == ["J18.9"]
