"""A note's id, type and date, as its resource says them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.fhir_examples import attachment, document, note_of

from notes_pipeline.models import ParsedNote

LOINC = "http://loinc.org"


def report(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", **elements}


def test_a_document_reference_says_whose_and_when_and_what_it_is() -> None:
    note = note_of(
        document(
            type={"coding": [{"system": LOINC, "code": "11506-3", "display": "Progress note (theirs)"}]},
            date="2024-04-04T11:03:05.1+02:00",
            context={"encounter": [{"reference": "Encounter/e1"}], "period": {"start": "2024-04-03"}},
        )
    )
    assert note == ParsedNote(
        record=1,
        text="Slept well.",
        note_id="DocumentReference/d1",
        patient_id="p1",
        encounter_id="e1",
        note_type="Progress note",
        authored_at="2024-04-04T11:03:05.1+02:00",
    )


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"date": "2024-04"}, "2024-04"),
        ({"date": "yesterday", "content": [attachment("a", creation="2024-04-01")]}, "2024-04-01"),
        ({"date": 20240404, "context": {"period": {"start": "2024-04-03 08:00"}}}, "2024-04-03T08:00"),
        ({"date": "2021-11-10 T19:30:46-08:00"}, "2021-11-10T19:30:46-08:00"),
        ({"date": "2021-11T19:30:46"}, None),
        ({"date": "2021"}, "2021"),
        ({"indexed": "2024-04-04T11:03:05Z"}, "2024-04-04T11:03:05Z"),
        ({}, None),
    ],
)
def test_the_first_date_that_is_one_is_when_it_was_written(elements: dict[str, Any], expected: str | None) -> None:
    assert note_of(document(**elements)).authored_at == expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"effectiveDateTime": "2024-01-01", "issued": "2024-01-02T00:00:00Z"}, "2024-01-01"),
        ({"effectivePeriod": {"start": "2024-01-01", "end": "2024-01-03"}, "issued": "2024-01-02"}, "2024-01-01"),
        ({"effectivePeriod": {"end": "2024-01-03"}}, "2024-01-03"),
        ({"issued": "2024-01-02T00:00:00Z"}, "2024-01-02T00:00:00Z"),
    ],
)
def test_a_report_is_of_the_time_that_it_is_about(elements: dict[str, Any], expected: str) -> None:
    assert note_of(report(conclusion="Clear.", **elements)).authored_at == expected


@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        ({"coding": [{"system": "urn:x", "code": "1"}, {"system": LOINC, "code": "18842-5"}]}, "Discharge summary"),
        ({"coding": [{"system": LOINC, "code": "0-0", "display": "Odd"}], "text": "Ward round"}, "Ward round"),
        ({"coding": [{"system": "urn:x", "display": "Theirs"}, {"system": LOINC, "display": "Odd"}]}, "Odd"),
        ({"coding": [{"system": "urn:x", "display": "Theirs"}]}, "Theirs"),
        ({"coding": {"system": "urn:oid:2.16.840.1.113883.6.1", "code": "11506-3"}}, "Progress note"),
        ({"coding": [{"system": 7, "code": []}], "text": None}, None),
        ("Progress", None),
    ],
)
def test_the_type_is_a_listed_code_else_the_text_else_what_is_displayed(concept: Any, expected: str | None) -> None:
    assert note_of(document(type=concept)).note_type == expected


def test_the_category_names_the_type_of_a_report_whose_code_is_not_listed() -> None:
    radiology = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD"}]}
    code = {"coding": [{"system": LOINC, "code": "30746-2"}], "text": "Portable XR Chest Views"}
    assert note_of(report(code=code, category=[radiology], conclusion="Clear.")).note_type == "Imaging report"
    assert note_of(report(code=code, conclusion="Clear.")).note_type == "Portable XR Chest Views"


def test_a_document_is_called_by_its_own_type_before_its_category() -> None:
    listed = {"coding": [{"system": LOINC, "code": "34133-9"}]}
    assert note_of(document(type={"text": "Cardiology consult"}, category=[listed])).note_type == "Cardiology consult"
    assert note_of(document(type={"coding": [{"code": "x"}]}, category=[listed])).note_type == "Summary of episode"


def test_ids_come_from_identifiers_where_there_is_no_id() -> None:
    master = {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"}
    other = [{"value": ""}, {"value": "77"}]
    assert note_of(document(id=None, masterIdentifier=master, identifier=other)).note_id == (
        "urn:ietf:rfc:3986|urn:oid:1.2.3"
    )
    assert note_of(document(id=None, identifier=other)).note_id == "77"
    assert note_of(document(id=None)).note_id is None
    assert note_of(document(id=12)).note_id == "DocumentReference/12"
