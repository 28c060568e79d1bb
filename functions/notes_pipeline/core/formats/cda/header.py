"""What the header of a CDA document says: which document it is, of what kind, of whom, from when.

Ids are those of HL7 v3 (II): a `root`, which is an OID or a UUID, and often an `extension` within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from notes_pipeline.core.formats.cda.places import Place
from notes_pipeline.core.formats.hl7_times import iso_time
from notes_pipeline.core.formats.note_types import LOINC, note_type_of
from notes_pipeline.errors import RecordError

_LOINC_ROOT = "2.16.840.1.113883.6.1"
_SOCIAL_SECURITY = "2.16.840.1.113883.4.1"  # of the United States
_PARENTS = (Place.PARENT_SET_ID, Place.PARENT_ID)
_SETS = (Place.SET_ID, Place.PARENT_SET_ID)
_MOST = 1_000  # ids, times and codes of a kind that are remembered

Attributes = Mapping[str, str]
T = TypeVar("T")


@dataclass
class Header:
    """The attributes of what is read, in the order they come; `patients`: the ids of each person it is about."""

    found: dict[Place, list[Attributes]] = field(default_factory=dict)
    patients: list[list[Attributes]] = field(default_factory=list)
    title: str = ""
    _replaces: bool = False

    def take(self, place: Place, attributes: Attributes) -> None:
        """Take an element of the header."""
        if place is Place.RECORD_TARGET:
            self.patients.append([])
        elif place is Place.PATIENT_ID and self.patients:
            _add(self.patients[-1], attributes)
        elif place is Place.RELATED:
            self._replaces = attributes.get("typeCode") == "RPLC"
        elif place not in _PARENTS or self._replaces:
            _add(self.found.setdefault(place, []), attributes)

    @property
    def note_id(self) -> str | None:
        """What all versions of the document have in common; or the one that it replaces; or its own id.

        The kind of document (its code) belongs to a set's id: the set of a published example is found in many programs'
        documents, and a transfer summary does not amend a patient's history.
        """
        kind = next(filter(None, (each.get("code", "").strip() for each in self.found.get(Place.CODE, []))), "")
        for place in (Place.SET_ID, *_PARENTS, Place.ID):
            for known in filter(None, map(_whole_id, self.found.get(place, []))):
                return f"{known}/{kind}" if kind and place in _SETS else known
        return None

    @property
    def encounter_id(self) -> str | None:
        """The id of the encounter that it was written in."""
        return next(iter(_short_ids(self.found.get(Place.ENCOUNTER_ID, []))), None)

    @property
    def patient_id(self) -> str | None:
        """The first id of the patient; a social security number only if there is no other.

        Raises:
            RecordError: it is about several, and a summary would be kept as one's.
        """
        known = list(filter(None, map(_patient_ids, self.patients)))
        if any(not set(ids) & set(known[0]) for ids in known):
            raise RecordError("SeveralPatients", "it is about several patients: send a document for each of them")
        return known[0][0] if known else None

    @property
    def authored_at(self) -> str | None:
        """When its first author wrote it; else, when it was made."""
        times = [*self.found.get(Place.AUTHOR_TIME, []), *self.found.get(Place.EFFECTIVE, [])]
        return next(filter(None, (iso_time(each.get("value", "")) for each in times)), None)

    @property
    def note_type(self) -> str | None:
        """What its code is called, or one that it is translated to; else as it is displayed, or its title."""
        codes = [*self.found.get(Place.CODE, []), *self.found.get(Place.TRANSLATION, [])]
        named = (note_type_of(LOINC, code.get("code")) for code in codes if _is_loinc(code))
        shown = (code.get("displayName", "").strip() for code in codes)
        return next(filter(None, (*named, *shown)), None) or self.title or None


def _add(known: list[T], one: T | None) -> None:
    if one and len(known) < _MOST:
        known.append(one)


def _is_loinc(code: Attributes) -> bool:
    return code.get("codeSystem", _LOINC_ROOT) == _LOINC_ROOT


def _whole_id(attributes: Attributes) -> str | None:
    """Return an id that no other source's can equal."""
    root, extension = (attributes.get(name, "").strip() for name in ("root", "extension"))
    if extension:
        return f"{root}^{extension}" if root else extension
    return None if attributes.get("nullFlavor") else root or None


def _patient_ids(ids: list[Attributes]) -> list[str]:
    official = [each for each in ids if _is_social_security(each)]
    return [*_short_ids([each for each in ids if not _is_social_security(each)]), *_short_ids(official)]


def _is_social_security(attributes: Attributes) -> bool:
    return attributes.get("root", "").strip() == _SOCIAL_SECURITY


def _short_ids(ids: list[Attributes]) -> list[str]:
    """Return ids as their own system knows them, so that they are the same as in that system's other files.

    Those with an extension come first. An OID alone says who gave the id and not which: taken for it, it would make one
    patient of all of theirs. A UUID alone is an id.
    """
    named = [each.get("extension", "").strip() for each in ids]
    alone = [each.get("root", "").strip() for each in ids if not each.keys() & {"extension", "nullFlavor"}]
    return [*filter(None, named), *(root for root in alone if "-" in root)]
