"""What a bulk export's Patient and Encounter files say of the documents beside them.

A document may name its patient by an identifier (`Patient?identifier=system|value`) and its encounter by an id alone;
whose the id and the encounter are stands in another file of the same export.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from notes_pipeline.core.formats.reading import EncounterFacts

# Some 400 bytes each: what a function of 1 GB can hold beside a file of 100 MB. What comes after is not known here.
MOST_HELD = 500_000
# Exporters call them Patient.ndjson, Patient.000.ndjson, 1.Patient.ndjson, Encounter-2.ndjson.gz ...
_NAME = re.compile(r"(?:^|.*[^A-Za-z])(?:Patient|Encounter)(?![A-Za-z])[^/]*\.(?:ndjson|jsonl)(?:\.gz)?", re.S)
_LONGEST_NAME = 1024  # of a key in S3; an archive's names may be longer, and a search in them long
_REFERENCE = re.compile(r"(?:.*/)?(Patient|Encounter)/([A-Za-z0-9.-]+)(?:/_history/.*)?", re.S)
_BY_IDENTIFIER = re.compile(r"(?:.*/)?Patient\?identifier=(?:([^|&]*)\|)?([^|&]+)", re.S)


def is_sibling(path: str) -> bool:
    """Say whether a file's name is that of an export's patients or encounters."""
    name = path.rpartition("/")[2]
    return len(name) <= _LONGEST_NAME and bool(_NAME.fullmatch(name))


class ResourceSiblings:
    """Patients and encounters of an export, as `reading.Siblings` asks for them.

    An identifier that two patients have is nobody's. If patients are more than can be held, none is known by an
    identifier: one that is not held might have it too.
    """

    def __init__(self, resources: Iterable[object]) -> None:
        self._patients: dict[tuple[str, str], str] = {}
        # As they were written: an encounter may come before the patient that it names by an identifier.
        self._encounters: dict[str, tuple[str, str]] = {}
        self._has_unheld_patients = False
        for resource in resources:
            self._add(resource)

    @classmethod
    def from_lines(cls, lines: Iterable[bytes | None]) -> ResourceSiblings:
        """Return what lines of JSON say; what is none says nothing (its own file's records say what is wrong)."""
        return cls(map(_loaded, lines))

    def patient(self, system: str, value: str) -> str | None:
        """Return the id of the patient whose identifier this is; of any system, if none is given."""
        return None if self._has_unheld_patients else self._patients.get((system, value)) or None

    def encounter(self, encounter_id: str) -> EncounterFacts | None:
        """Return what is said of an encounter."""
        found = self._encounters.get(encounter_id)
        return EncounterFacts(self._patient_of(found[0]), found[1] or None) if found else None

    def _add(self, resource: object) -> None:
        if not isinstance(resource, Mapping):
            return
        resource_id = _text(resource.get("id"))
        if len(self._patients) + len(self._encounters) >= MOST_HELD:
            self._has_unheld_patients |= resource.get("resourceType") == "Patient"
        elif resource.get("resourceType") == "Patient" and resource_id:
            self._add_patient(resource_id, resource)
        elif resource.get("resourceType") == "Encounter" and resource_id:
            period = _mapping(resource.get("period") or resource.get("actualPeriod"))  # as R5 calls it
            reference = _text(_mapping(resource.get("subject")).get("reference"))
            self._encounters[resource_id] = (reference, _text(period.get("start")))

    def _add_patient(self, patient_id: str, resource: Mapping[str, Any]) -> None:
        identifiers = resource.get("identifier")
        for identifier in islice(identifiers if isinstance(identifiers, list) else [], 100):
            system, value = (_text(_mapping(identifier).get(name)) for name in ("system", "value"))
            for key in {(system, value), ("", value)} if value else ():
                known = self._patients.setdefault(key, patient_id)
                self._patients[key] = patient_id if known == patient_id else ""

    def _patient_of(self, reference: str) -> str | None:
        if named := _BY_IDENTIFIER.fullmatch(reference):
            return self.patient(named[1] or "", named[2])
        found = _REFERENCE.fullmatch(reference)
        if found:
            return found[2] if found[1] == "Patient" else None
        return reference.removeprefix("urn:uuid:") or None if reference.startswith("urn:uuid:") else None


def _loaded(line: bytes | None) -> object:
    try:
        return json.loads(line.decode("utf-8-sig")) if line else None
    except (ValueError, RecursionError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
