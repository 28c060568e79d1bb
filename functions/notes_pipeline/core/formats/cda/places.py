"""Where in a CDA document something is that is read; everything else is passed over, with all that it holds."""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """A place; its value is the element's name, or says which of several of that name it is."""

    OUTSIDE = ""
    DOCUMENT = "ClinicalDocument"
    ID = "id"
    SET_ID = "setId"
    CODE = "code"
    TRANSLATION = "translation"
    TITLE = "title"
    EFFECTIVE = "effectiveTime"
    RELATED = "relatedDocument"
    PARENT = "parentDocument"
    PARENT_ID = "parentDocument/id"
    PARENT_SET_ID = "parentDocument/setId"
    RECORD_TARGET = "recordTarget"
    PATIENT_ROLE = "patientRole"
    PATIENT_ID = "patientRole/id"
    AUTHOR = "author"
    AUTHOR_TIME = "author/time"
    COMPONENT_OF = "componentOf"
    ENCOUNTER = "encompassingEncounter"
    ENCOUNTER_ID = "encompassingEncounter/id"
    BODY = "component"
    STRUCTURED_BODY = "structuredBody"
    SECTIONS = "structuredBody/component"
    SECTION = "section"
    SECTION_CODE = "section/code"
    SECTION_TITLE = "section/title"
    NARRATIVE = "section/text"
    OTHER_BODY = "nonXMLBody"
    OTHER_TEXT = "nonXMLBody/text"
    REFERENCE = "nonXMLBody/text/reference"


# A part of a document is read as far as it has sections.
_ROOTS = {
    "ClinicalDocument": Place.DOCUMENT,
    "section": Place.SECTION,
    "structuredBody": Place.STRUCTURED_BODY,
    "component": Place.BODY,
}
_WITHIN: dict[Place, dict[str, Place]] = {
    Place.OUTSIDE: _ROOTS,
    Place.DOCUMENT: {
        "id": Place.ID,
        "setId": Place.SET_ID,
        "code": Place.CODE,
        "title": Place.TITLE,
        "effectiveTime": Place.EFFECTIVE,
        "relatedDocument": Place.RELATED,
        "recordTarget": Place.RECORD_TARGET,
        "author": Place.AUTHOR,
        "componentOf": Place.COMPONENT_OF,
        "component": Place.BODY,
    },
    Place.CODE: {"translation": Place.TRANSLATION},
    Place.RELATED: {"parentDocument": Place.PARENT},
    Place.PARENT: {"id": Place.PARENT_ID, "setId": Place.PARENT_SET_ID},
    Place.RECORD_TARGET: {"patientRole": Place.PATIENT_ROLE},
    Place.PATIENT_ROLE: {"id": Place.PATIENT_ID},
    Place.AUTHOR: {"time": Place.AUTHOR_TIME},
    Place.COMPONENT_OF: {"encompassingEncounter": Place.ENCOUNTER},
    Place.ENCOUNTER: {"id": Place.ENCOUNTER_ID},
    Place.BODY: {"structuredBody": Place.STRUCTURED_BODY, "section": Place.SECTION, "nonXMLBody": Place.OTHER_BODY},
    Place.STRUCTURED_BODY: {"component": Place.SECTIONS},
    Place.SECTIONS: {"section": Place.SECTION},
    Place.SECTION: {
        "code": Place.SECTION_CODE,
        "title": Place.SECTION_TITLE,
        "text": Place.NARRATIVE,
        "component": Place.SECTIONS,
    },
    Place.OTHER_BODY: {"text": Place.OTHER_TEXT},
    Place.OTHER_TEXT: {"reference": Place.REFERENCE},
}


def place_within(place: Place, name: str) -> Place | None:
    """Return the place of an element in another, None for one that is passed over."""
    return _WITHIN.get(place, {}).get(name)
