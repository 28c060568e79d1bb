"""Whose a FHIR resource is: the patients that it refers to, wherever in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartbrief.operate.forgetting.pieces.piece import NONE, Said, plain
from notes_pipeline.core.formats.reading import Siblings

_PATIENT = re.compile(r"(?:.*/)?Patient/([^/?#\s]+)(?:/_history/.*)?", re.S)
_BY_IDENTIFIER = re.compile(r"(?:.*/)?Patient\?(?:.*&)?identifier=(?:([^|&]*)\|)?([^|&]+).*", re.S)
_DOCUMENTS = frozenset({"DocumentReference", "DiagnosticReport", "Composition"})
# Kinds that are about no patient: https://hl7.org/fhir/R4/compartmentdefinition-patient.html lists those that are.
_ABOUT_NOBODY = frozenset(
    {"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Endpoint", "Medication"}
    | {"Substance", "OrganizationAffiliation", "InsurancePlan", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"}
    | {"StructureDefinition", "SearchParameter", "CapabilityStatement", "ImplementationGuide", "OperationOutcome"}
    | {"Questionnaire", "PlanDefinition", "ActivityDefinition", "Library", "Measure", "ResearchStudy"}
)


def patient_names(entries: Iterable[Any]) -> dict[str, str]:
    """Return the ids of a bundle's patients by the addresses at which its other entries refer to them."""
    found: dict[str, str] = {}
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") == "Patient":
            address = plain(entry.get("fullUrl"))
            found[address] = plain(resource.get("id")) or _last(address)
    found.pop("", None)
    return found


def said_by_resource(value: Mapping[str, Any], siblings: Siblings, named: Mapping[str, str]) -> Said:
    """Return what a resource, or a bundle's entry that holds one, says of whose it is.

    Args:
        named: from `patient_names`.
    """
    resource = value["resource"] if isinstance(value.get("resource"), dict) else value
    kind = resource.get("resourceType")
    if kind == "Patient":
        # Whom it is linked to is another, or was.
        own = {plain(resource.get("id")), named.get(plain(value.get("fullUrl")), "")}
        own |= set() if own - {""} else {plain(each.get("value")) for each in _identifiers(resource)}
        return Said(frozenset(own - {""}))
    patients = {found for each in _references(value) for found in _patient(each, siblings, named)}
    return Said(
        patients=frozenset(patients - {""}),
        notes=frozenset({plain(resource.get("id"))} - {""}) if kind in _DOCUMENTS else NONE,
        is_nobodys=kind in _ABOUT_NOBODY and not patients,
    )


def _patient(reference: Mapping[str, Any], siblings: Siblings, named: Mapping[str, str]) -> Iterator[str]:
    address, identifier = plain(reference.get("reference")), reference.get("identifier")
    if address in named:
        yield named[address]
    if found := _PATIENT.fullmatch(address):
        yield found[1]
    if found := _BY_IDENTIFIER.fullmatch(address):
        yield siblings.patient(found[1] or "", found[2]) or found[2]
    if isinstance(identifier, dict) and (reference.get("type") == "Patient" or reference.get(_UNDER) in _PATIENTS):
        value = plain(identifier.get("value"))
        yield siblings.patient(plain(identifier.get("system")), value) or value


_UNDER, _PATIENTS = "\0under", ("subject", "patient")


def _references(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what may refer to something, with the name it stands under."""
    left: list[tuple[str, Any]] = [("", value)]
    while left:
        under, one = left.pop()
        if isinstance(one, list):
            left += [(under, each) for each in one]
        elif isinstance(one, dict):
            left += list(one.items())
            if "reference" in one or "identifier" in one:
                yield {**one, _UNDER: under}


def _identifiers(resource: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = resource.get("identifier")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _last(address: str) -> str:
    return re.split(r"[/:]", address)[-1]
