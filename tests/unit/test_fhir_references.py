"""Whose a note is, and of which visit, however a resource refers to them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.fhir_examples import UUID, bundle, document, entry, note_of

from notes_pipeline.core.formats.reading import EncounterFacts

MRN = "http://hospital.example/mrn"
NUMBER = {"type": {"coding": [{"code": "MR"}]}, "system": MRN, "value": "777"}


class Beside:
    """An export's patients and encounters."""

    def patient(self, system: str, value: str) -> str | None:
        return {(MRN, "777"): "p7", ("", "777"): "p7"}.get((system, value))

    def encounter(self, encounter_id: str) -> EncounterFacts | None:
        return EncounterFacts("p7", "2024-01-01T08:00:00Z") if encounter_id == "e7" else None


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **elements}


def encounter(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Encounter", **elements}


def of(subject: Any) -> dict[str, Any]:
    return document(subject=subject)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"reference": "Patient/p1"}, "p1"),
        ({"reference": " Patient/p1/_history/2 "}, "p1"),
        ({"reference": "https://ehr.example/fhir/Patient/p1"}, "p1"),
        ({"reference": "https://ehr.example/fhir/Patient/p1/_history/2"}, "p1"),
        ({"reference": UUID}, UUID.removeprefix("urn:uuid:")),
        ({"reference": UUID, "identifier": {"system": MRN, "value": "777"}}, "777"),
        ({"identifier": {"system": MRN, "value": "777"}}, "777"),
        ({"type": "Patient", "identifier": {"value": 777}}, "777"),
        ({"reference": f"Patient?identifier={MRN}|777"}, "777"),
        ({"reference": "Patient?identifier=http%3A%2F%2Fx%7C777&active=true"}, "777"),
        ({"reference": "https://ehr.example/fhir/Patient?identifier=777"}, "777"),
        ({"reference": "p1"}, "p1"),
        ([{"display": "Jane"}, {"reference": "Patient/p1"}], "p1"),
        ({"reference": "Group/g1"}, None),
        ({"type": "Device", "identifier": {"value": "777"}}, None),
        ({"reference": "Patient/"}, None),
        ({"reference": "Patient?name=Jane"}, None),
        ({"reference": "Device?identifier=777"}, None),
        ({"reference": "#gone"}, None),
        ({"reference": "#"}, None),
        ({"reference": ["Patient/p1"]}, "p1"),
        ({"reference": {"reference": "Patient/p1"}}, None),
        ({"display": "Jane"}, None),
        ("Patient/p1", None),
    ],
)
def test_a_patient_is_known_by_the_id_that_a_reference_names(subject: Any, expected: str | None) -> None:
    assert note_of(of(subject)).patient_id == expected


@pytest.mark.parametrize(
    ("held", "full_url", "expected"),
    [
        (patient(id="p9"), UUID, "p9"),
        (patient(identifier=[{"system": "urn:ssn", "value": "1"}, NUMBER]), UUID, "777"),
        (patient(identifier={"value": "42"}), UUID, "42"),
        (patient(identifier=[{"type": {"coding": [{"code": "SS"}]}, "value": "1"}, {"value": "42"}]), UUID, "42"),
        (patient(identifier=[{"type": {"coding": [{"code": "DL"}]}, "value": "1"}]), UUID, "1"),
        (patient(identifier=[{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "1"}, {"value": "42"}]), UUID, "42"),
        (patient(), UUID, UUID.removeprefix("urn:uuid:")),
    ],
)
def test_a_patient_of_the_bundle_is_known_by_id_else_by_number_else_by_uuid(
    held: dict[str, Any], full_url: str, expected: str
) -> None:
    assert note_of(bundle(entry(of({"reference": UUID})), entry(held, full_url))).patient_id == expected


def test_a_patient_is_found_by_identifier_in_the_bundle_and_beside_it() -> None:
    by_number, conditional = (
        {"identifier": {"system": MRN, "value": "777"}},
        {"reference": f"Patient?identifier={MRN}|777"},
    )
    for subject in (by_number, conditional):
        assert note_of(bundle(entry(of(subject)), entry(patient(id="p9", identifier=[NUMBER])))).patient_id == "p9"
        assert note_of(of(subject), Beside()).patient_id == "p7"
        two = [entry(patient(id=name, identifier=[NUMBER])) for name in ("p8", "p9")]
        assert note_of(bundle(entry(of(subject)), *two)).patient_id == "777"
    contained = of({"reference": "#p"}) | {"contained": [patient(id="p", identifier=[NUMBER])]}
    assert note_of(contained).patient_id == "777"
    assert note_of(contained, Beside()).patient_id == "p7"


def test_the_id_of_what_is_contained_is_nobodys() -> None:
    assert note_of(of({"reference": "#p"}) | {"contained": [patient(id="p")]}).patient_id is None


def test_a_relative_reference_means_the_same_server() -> None:
    found = bundle(
        entry(patient(identifier=[{"value": "other"}]), "https://b.example/Patient/p1"),
        entry(patient(identifier=[{"value": "ours"}]), "https://a.example/Patient/p1"),
        entry(document(), "https://a.example/DocumentReference/d1"),
    )
    assert note_of(found).patient_id == "p1"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"encounter": [{"reference": "Encounter/e1"}, {"reference": "Encounter/e2"}]}, "e1"),
        ({"encounter": [{"reference": "EpisodeOfCare/c1"}, {"reference": "Encounter/e2"}]}, "e2"),
        ({"encounter": {"reference": "Encounter/e1"}}, "e1"),
        ([{"reference": "Encounter/e1"}], "e1"),
        ({"encounter": [{"identifier": {"value": "v1"}}]}, "v1"),
        ({"encounter": [{"reference": "Encounter?identifier=urn:x|v1"}]}, "v1"),
        ({"encounter": "Encounter/e1"}, None),
        (None, None),
    ],
)
def test_an_encounter_is_known_by_the_first_reference_to_one(context: Any, expected: str | None) -> None:
    assert note_of(document(context=context)).encounter_id == expected


def test_what_a_document_does_not_say_its_encounter_does() -> None:
    visit = encounter(id="e9", subject={"reference": UUID}, period={"start": "2024-02-02"})
    bare = document(subject=None, context={"encounter": [{"reference": "Encounter/e9"}]})
    found = note_of(bundle(entry(bare), entry(visit), entry(patient(id="p9"), UUID)))
    assert (found.patient_id, found.encounter_id, found.authored_at) == ("p9", "e9", "2024-02-02")
    beside = note_of(document(subject=None, context={"encounter": [{"reference": "Encounter/e7"}]}), Beside())
    assert (beside.patient_id, beside.encounter_id, beside.authored_at) == ("p7", "e7", "2024-01-01T08:00:00Z")


def test_an_encounter_inside_refers_to_a_patient_inside() -> None:
    contained = [
        encounter(id="e", identifier=[{"value": "v1"}], subject={"reference": "#p"}),
        patient(id="p", identifier=[NUMBER]),
    ]
    held = document(subject=None, contained=contained, context={"encounter": [{"reference": "#e"}]})
    assert (note_of(held).patient_id, note_of(held).encounter_id) == ("777", "v1")


def test_the_patient_of_the_source_is_the_last_to_be_asked() -> None:
    held = document(subject=None, context={"sourcePatientInfo": {"reference": "Patient/p5"}})
    assert note_of(held).patient_id == "p5"


def test_references_in_a_circle_end() -> None:
    circle = encounter(id="e1", subject={"reference": "Encounter/e1"}, contained=[{"resourceType": "Patient"}])
    held = document(subject={"reference": "DocumentReference/d1"}, context={"encounter": {"reference": "Encounter/e1"}})
    found = note_of(bundle(entry(held), entry(circle)))
    assert (found.patient_id, found.encounter_id) == (None, "e1")
