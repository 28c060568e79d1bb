"""A resource → a note with what is known of it, or why it is none."""

from __future__ import annotations

from notes_pipeline.core.formats.fhir.identities import Held, encounter_facts, id_of
from notes_pipeline.core.formats.fhir.narratives import displayed
from notes_pipeline.core.formats.fhir.readers import READERS
from notes_pipeline.core.formats.fhir.resource_types import kind_of
from notes_pipeline.core.formats.fhir.values import (
    NOTHING,
    Element,
    date_of,
    object_of,
    objects_of,
    text_of,
    texts_of,
    type_of,
)
from notes_pipeline.core.formats.normalise import usable_identifier, usable_text
from notes_pipeline.core.formats.note_types import DIAGNOSTIC_SERVICES, DOCUMENT_TYPES, LOINC, note_type_of
from notes_pipeline.core.formats.reading import Document, EncounterFacts, Ignored, Item
from notes_pipeline.errors import InputError, RecordError
from notes_pipeline.models import ParsedNote

_TABLES = {
    "http://loinc.org": LOINC,
    "https://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://terminology.hl7.org/CodeSystem/v2-0270": DOCUMENT_TYPES,
    "http://hl7.org/fhir/v2/0270": DOCUMENT_TYPES,
    "http://terminology.hl7.org/CodeSystem/v2-0074": DIAGNOSTIC_SERVICES,
    "http://hl7.org/fhir/v2/0074": DIAGNOSTIC_SERVICES,
}
# When it was written, said by the first of these that says it; names of older and later versions of FHIR stand behind.
_DATES: dict[str, tuple[tuple[str, ...], ...]] = {
    "DocumentReference": (
        ("date",),
        ("content", "attachment", "creation"),
        ("context", "period", "start"),
        ("created",),
        ("indexed",),
        ("period", "start"),
    ),
    "DiagnosticReport": (
        ("effectiveDateTime",),
        ("effectivePeriod", "start"),
        ("effectivePeriod", "end"),
        ("issued",),
        ("presentedForm", "creation"),
    ),
    "Composition": (("date",),),
    "Communication": (("sent",), ("received",), ("payload", "contentAttachment", "creation")),
    "ClinicalImpression": (
        ("date",),
        ("effectiveDateTime",),
        ("effectivePeriod", "start"),
        ("effectivePeriod", "end"),
        ("note", "time"),
    ),
}
_CONCEPTS = (("type",), ("code",), ("topic",), ("category",), ("class",))
_ERRONEOUS = "entered-in-error"


def read_note(number: int, held: Held) -> Item:
    """Return what a resource that is no bundle comes to."""
    kind = held.entry.type
    if kind not in READERS:
        return Ignored(record=number, kind=kind_of(kind))
    if _ERRONEOUS in (text_of(held.resource, "status"), text_of(held.resource, "docStatus")):
        return Ignored(record=number, kind=f"{kind} {_ERRONEOUS}")
    try:
        document = READERS[kind](held)
        return _note(number, document, held) if document else Ignored(record=number, kind=kind)
    except InputError as error:
        return number, RecordError(error.code, str(error))


def _note(number: int, document: Document, held: Held) -> ParsedNote:
    """Return the note that a document is.

    Raises:
        RecordError: it cannot be used.
    """
    encounter = _encounter(held)
    facts = encounter_facts(encounter, held) if encounter else EncounterFacts(None, None)
    patient = _patient(held) or facts.patient_id or _patient_of_source(held) or document.patient_id or ""
    visit = id_of("Encounter", encounter, held) or document.encounter_id or ""
    written = next((date for date in (date_of(held.resource, *path) for path in _DATES[held.entry.type]) if date), "")
    return ParsedNote(
        record=number,
        text=usable_text(document.text, held.hints.rules.max_note_bytes),
        note_id=usable_identifier(_note_id(held), "its id"),
        patient_id=usable_identifier(patient, "its patient's id"),
        encounter_id=usable_identifier(visit, "its encounter's id"),
        note_type=usable_identifier(_note_type(held.resource) or document.note_type or "", "its type"),
        authored_at=written or facts.began_at or document.authored_at,
    )


def _note_id(held: Held) -> str:
    """Return what stays the same whenever the resource is exported."""
    if held.entry.logical_id:
        return f"{held.entry.type}/{held.entry.logical_id}"
    for name in ("masterIdentifier", "identifier"):
        for one in objects_of(held.resource, name):
            if text_of(one, "value"):
                return "|".join(part for part in (text_of(one, "system"), text_of(one, "value")) if part)
    return held.entry.full_url


def _encounter(held: Held) -> Element:
    """Return the reference to the encounter; a document's context is one itself in later versions of FHIR."""
    places = (("context", "encounter"), ("encounter",), ("context",))
    references = [one for place in places for one in objects_of(held.resource, *place)]
    return next((one for one in references if id_of("Encounter", one, held)), NOTHING)


def _patient(held: Held) -> str:
    references = [*objects_of(held.resource, "subject"), *objects_of(held.resource, "patient")]
    return next((found for found in (id_of("Patient", one, held) for one in references) if found), "")


def _patient_of_source(held: Held) -> str:
    return id_of("Patient", object_of(held.resource, "context", "sourcePatientInfo"), held)


def _note_type(resource: Element) -> str:
    """Return what the first of a resource's concepts that says it calls the kind of note.

    A report's code is of an examination, of which there are thousands: its category is looked at before its words.
    """
    names = (("code", "category"),) if type_of(resource) == "DiagnosticReport" else _CONCEPTS
    groups = ([one for name in group for one in objects_of(resource, name)] for group in names)
    return next((found for found in map(_kind_of_note, groups) if found), "")


def _kind_of_note(concepts: list[Element]) -> str:
    """Return the name of the first code that has one here; else what is written, or displayed."""
    codings = [coding for concept in concepts for coding in objects_of(concept, "coding")]
    named = (
        note_type_of(_TABLES[system], text_of(coding, "code")) for coding in codings for system in _systems(coding)
    )
    listed = next((name for name in named if name), None)
    return listed or next((name for name in map(_called, concepts) if name), "")


def _systems(coding: Element) -> list[str]:
    return [system for system in texts_of(coding, "system") if system in _TABLES]


def _called(concept: Element) -> str:
    loinc = (
        text_of(one, "display") for one in objects_of(concept, "coding") if LOINC in map(_TABLES.get, _systems(one))
    )
    return text_of(concept, "text") or next((name for name in loinc if name), "") or displayed(concept)
