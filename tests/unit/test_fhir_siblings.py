"""Patients and encounters of an export are found by what documents say of them, in whatever order they come."""

import json
from typing import Any

import pytest

from notes_pipeline.core.formats.fhir import siblings as module
from notes_pipeline.core.formats.fhir.siblings import ResourceSiblings, is_sibling
from notes_pipeline.core.formats.reading import EncounterFacts

MRN = "urn:example:mrn"


def patient(patient_id: str, *values: str, system: str | None = MRN) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": patient_id,
        "identifier": [{"system": system, "value": value} for value in values],
    }


def encounter(encounter_id: str, reference: str, start: str = "2026-03-14T08:00:00Z") -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": encounter_id,
        "subject": {"reference": reference},
        "period": {"start": start},
    }


def test_a_patient_is_found_by_system_and_value_or_by_the_value_alone() -> None:
    found = ResourceSiblings([patient("p1", "7", "8"), patient("p2", "9")])
    assert [found.patient(MRN, "8"), found.patient("", "9"), found.patient(MRN, "10")] == ["p1", "p2", None]
    assert found.patient("urn:example:other", "7") is None


def test_an_identifier_of_two_patients_is_nobodys() -> None:
    found = ResourceSiblings([patient("p1", "7"), patient("p2", "7"), patient("p3", "7"), patient("p1", "8")])
    assert [found.patient(MRN, "7"), found.patient(MRN, "8")] == [None, "p1"]


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "https://fhir.example.org/r4/Patient/p1/_history/3",
        f"Patient?identifier={MRN}|7",
        "Patient?identifier=7",
        "urn:uuid:p1",
    ],
)
def test_an_encounter_says_whose_it_was_and_when_it_began(reference: str) -> None:
    found = ResourceSiblings([encounter("e1", reference), patient("p1", "7")])
    assert found.encounter("e1") == EncounterFacts("p1", "2026-03-14T08:00:00Z")
    assert found.encounter("e2") is None


def test_an_encounter_without_a_patient_or_a_date_is_known_without() -> None:
    bare = {"resourceType": "Encounter", "id": "e1"}
    assert ResourceSiblings([bare]).encounter("e1") == EncounterFacts(None, None)
    assert ResourceSiblings([encounter("e2", "Group/g1", "")]).encounter("e2") == EncounterFacts(None, None)
    r5 = {"resourceType": "Encounter", "id": "e3", "actualPeriod": {"start": "2026"}}
    assert ResourceSiblings([r5]).encounter("e3") == EncounterFacts(None, "2026")


def test_what_is_no_resource_says_nothing() -> None:
    lines = [
        None,
        b"",
        b"\xff",
        b"[" * 100_000,
        b"7",
        b'{"resourceType": "Patient", "id": 7, "identifier": {"value": "x"}}',
        b'{"resourceType": "Patient", "id": "p", "identifier": [7, {"value": 7}]}',
        b'{"resourceType": "Encounter", "id": "e", "subject": [], "period": 7}',
        json.dumps(patient("p1", "7")).encode(),
    ]
    found = ResourceSiblings.from_lines(lines)
    assert (found.patient("", "7"), found.patient("", "x")) == ("p1", None)
    assert found.encounter("e") == EncounterFacts(None, None)


def test_so_much_is_held_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HELD", 2)
    found = ResourceSiblings([encounter(str(number), "Patient/p") for number in range(5)])
    assert [found.encounter(str(number)) is not None for number in range(5)] == [True, True, False, False, False]


def test_where_a_patient_is_not_held_none_is_known_by_an_identifier(monkeypatch: pytest.MonkeyPatch) -> None:
    patients = [patient(f"p{number}", str(number)) for number in range(4)]
    assert ResourceSiblings(patients).patient(MRN, "0") == "p0"
    monkeypatch.setattr(module, "MOST_HELD", 4)
    assert ResourceSiblings([*patients[:2], encounter("e", "Patient/p3", "2031")]).patient(MRN, "0") == "p0"
    found = ResourceSiblings([encounter("e", "Patient/p3", "2031"), *patients])
    assert [found.patient(MRN, str(number)) for number in range(4)] == [None] * 4
    assert found.encounter("e") == EncounterFacts("p3", "2031")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Patient.ndjson", True),
        ("export/Patient.000.ndjson", True),
        ("1.Patient.ndjson", True),
        ("Encounter-2.jsonl.gz", True),
        ("a/all_Encounter_3.ndjson", True),
        ("PatientList.ndjson", False),
        ("OutPatient.ndjson", False),
        ("Patient.json", False),
        ("Patient/DocumentReference.ndjson", False),
    ],
)
def test_files_of_patients_and_encounters_are_told_by_their_names(path: str, expected: bool) -> None:
    assert is_sibling(path) is expected
