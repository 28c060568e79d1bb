"""What the header of a CDA document says: which document it is, of what kind, of whom, from when.

Ids are those of HL7 v3 (II): a `root`, which is an OID or a UUID, and often an `extension` within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from notes_pipeline.core.formats.cda.places import Place
from notes_pipeline.core.formats.hl7.times import iso_time
from notes_pipeline.core.formats.note_types import LOINC, note_type_of
from notes_pipeline.errors import RecordError

_LOINC_ROOT = "2.16.840.1.113883.6.1"
_MOST = 1_000  # ids, times and codes of a kind that are remembered

Attributes = Mapping[str, str]
T = TypeVar("T")


@dataclass
class Header:
    """The attributes of what is read, in the order they come; `patients`: the ids of each person it is about."""

    found: dict[Place, list[Attributes]] = field(default_factory=dict)
    patients: list[list[str]] = field(default_factory=list)
    title: str = ""

    def take(self, place: Place, attributes: Attributes) -> None:
        """Take an element of the header."""
        if place is Place.RECORD_TARGET:
            self.patients.append([])
        elif place is Place.PATIENT_ID and self.patients:
            _add(self.patients[-1], _short_id(attributes))
        else:
            _add(self.found.setdefault(place, []), attributes)

    @property
    def note_id(self) -> str | None:
        """What all versions of the document have in common; the id of this one, if it says none."""
        ids = [_whole_id(each) for place in (Place.SET_ID, Place.ID) for each in self.found.get(place, [])]
        return next(filter(None, ids), None)

    @property
    def encounter_id(self) -> str | None:
        """The id of the encounter that it was written in."""
        return next(filter(None, map(_short_id, self.found.get(Place.ENCOUNTER_ID, []))), None)

    @property
    def patient_id(self) -> str | None:
        """The first id of the patient.

        Raises:
            RecordError: it is about several, and a summary would be kept as one's.
        """
        known = [ids for ids in self.patients if ids]
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


def _short_id(attributes: Attributes) -> str | None:
    """Return an id as its own system knows it, so that it is the same as in that system's other files.

    An OID alone says who gave the id and not which: taken for it, it would make one patient of all of theirs. A UUID
    alone is an id.
    """
    extension, root = (attributes.get(name, "").strip() for name in ("extension", "root"))
    return extension or (root if "-" in root and not attributes.get("nullFlavor") else None)
