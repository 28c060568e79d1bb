"""Entries of FHIR bundles, and resources by themselves: whose each is, as far as the pipeline could tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chartbrief.operate.forgetting.pieces.piece import NOTHING, Said
from notes_pipeline.core.formats.fhir.bundles import DEEPEST
from notes_pipeline.core.formats.fhir.holdings import Entry, Holdings, located
from notes_pipeline.core.formats.fhir.identities import Held, encounter_facts, id_of
from notes_pipeline.core.formats.fhir.values import object_of, objects_of, text_of, texts_of, values_of
from notes_pipeline.core.formats.reading import Hints

# Kinds that are about no patient: https://hl7.org/fhir/R4/compartmentdefinition-patient.html lists those that are.
_ABOUT_NOBODY = frozenset(
    {"Organization", "Practitioner", "PractitionerRole", "Location", "HealthcareService", "Endpoint", "Medication"}
    | {"Substance", "OrganizationAffiliation", "InsurancePlan", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"}
    | {"StructureDefinition", "SearchParameter", "CapabilityStatement", "ImplementationGuide", "OperationOutcome"}
    | {"Questionnaire", "PlanDefinition", "ActivityDefinition", "Library", "Measure", "ResearchStudy"}
)
# What is read as a note, so that its id may be named.
_DOCUMENTS = frozenset({"DocumentReference", "DiagnosticReport", "Composition", "Communication", "ClinicalImpression"})
# Elements that refer to a patient, though they may do so by a number alone.
_SUBJECTS = frozenset({"subject", "patient", "sourcePatientInfo", "beneficiary"})


@dataclass(frozen=True)
class Node:
    """Where an entry stands in a text; of an entry that is a bundle, also where those in it stand."""

    start: int
    end: int
    inside: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Leaf:
    """An entry that is one record."""

    node: Node
    value: Any
    said: Said


def leaves(bundle: Mapping[str, Any], nodes: list[Node], hints: Hints) -> list[Leaf]:
    """Return the entries of a bundle and of those in it, in their order.

    Raises:
        ValueError: it is not known where they stand.
    """
    found = list(_leaves(bundle, nodes, Holdings(), hints, 1))
    said = [_said(value, held) for _, value, held in found]
    holders = _holders(zip(found, said, strict=True))
    return [
        Leaf(node, value, _joined([one, *holders[id(held.entry)]]))
        for (node, value, held), one in zip(found, said, strict=True)
    ]


def said_by_resource(resource: Mapping[str, Any], hints: Hints) -> Said:
    """Return what a resource by itself says of whose it is."""
    return _said(resource, Held(Entry(resource), Holdings(), hints))


_Found = tuple[Node, Any, Held]


def _leaves(
    bundle: Mapping[str, Any], nodes: list[Node], around: Holdings, hints: Hints, depth: int
) -> Iterator[_Found]:
    values = values_of(bundle, "entry")
    entries = [_entry(value) for value in values]
    holdings = Holdings([entry for entry in entries if entry.type], around)
    for node, value, entry in zip(nodes, values, entries, strict=True):
        if entry.type == "Bundle" and depth < DEEPEST and values_of(entry.resource, "entry"):
            yield from _leaves(entry.resource, node.inside, holdings, hints, depth + 1)
        else:
            yield node, value, Held(entry, holdings, hints)


def _entry(value: Any) -> Entry:
    """Return an entry as the pipeline has it."""
    if not isinstance(value, Mapping):
        return Entry({})
    request = object_of(value, "request")
    method, url = text_of(request, "method").upper(), text_of(request, "url")
    resource = {} if method in ("GET", "HEAD", "DELETE") else object_of(value, "resource")
    return Entry(resource, text_of(value, "fullUrl"), url if method == "PUT" else "")


def _said(value: Any, held: Held) -> Said:
    if not isinstance(value, Mapping):
        return NOTHING
    entry = held.entry
    if entry.type == "Patient":
        return Said(frozenset(_own_ids(entry, held)))
    patients = set(_patients(value, held))
    if not patients:
        encounters = [object_of(entry.resource, *path) for path in (("encounter",), ("context", "encounter"))]
        patients = {encounter_facts(one, held).patient_id or "" for one in encounters if one}
    addressed = located(text_of(value, "request", "url")) or located(entry.full_url)
    if addressed and addressed[0] == "Patient":
        patients.add(addressed[1])
    is_note = entry.type in _DOCUMENTS and entry.logical_id
    return Said(
        patients=frozenset(patients - {""}),
        notes=frozenset({f"{entry.type}/{entry.logical_id}"} if is_note else ()),
        is_nobodys=entry.type in _ABOUT_NOBODY and not patients - {""},
    )


def _own_ids(entry: Entry, held: Held) -> Iterator[str]:
    """Yield the ids that notes have of a patient: only one who has none is called by a number."""
    if entry.logical_id:
        yield entry.logical_id
    elif entry.full_url:
        yield id_of("Patient", {"reference": entry.full_url}, held)
    else:
        yield from texts_of(entry.resource, "identifier", "value")


def _patients(value: Mapping[str, Any], held: Held) -> Iterator[str]:
    """Yield the patients that a resource, or an entry, refers to anywhere in it."""
    for under, reference in _references(value):
        address = text_of(reference, "reference")
        found = held.holdings.refers_to(address, held.entry) if address else None
        named = located(address)
        is_patient = (found and found.type == "Patient") or (named and named[0] == "Patient") or "Patient?" in address
        if is_patient or under in _SUBJECTS:
            yield id_of("Patient", reference, held)


def _references(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what may refer to something, with the name it stands under."""
    left: list[tuple[str, Any]] = [("", value)]
    while left:
        under, one = left.pop()
        if isinstance(one, list):
            left += [(under, each) for each in one]
        elif isinstance(one, Mapping):
            left += list(one.items())
            if "reference" in one or "identifier" in one:
                yield under, one


def _holders(found: Iterable[tuple[_Found, Said]]) -> dict[int, list[Said]]:
    """Return who refers to each Binary: what it holds is theirs, and it does not say so itself."""
    holders: dict[int, list[Said]] = defaultdict(list)
    for (_, _, held), said in found:
        for attachment in (each for name in _ATTACHED for each in objects_of(held.resource, *name)):
            binary = held.holdings.refers_to(text_of(attachment, "url"), held.entry)
            if binary and binary.type == "Binary":
                holders[id(binary)].append(said)
    return holders


_ATTACHED = (
    ("content", "attachment"),
    ("presentedForm",),
    ("payload", "contentAttachment"),
    ("content",),
    ("media", "link"),
)


def _joined(said: list[Said]) -> Said:
    own, *others = said
    patients, notes = (frozenset[str]().union(*(getattr(one, name) for one in said)) for name in ("patients", "notes"))
    return replace(own, patients=patients, notes=notes) if others else own
