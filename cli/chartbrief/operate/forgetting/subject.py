"""Who is erased: a patient, or single notes, and all that is known of them once it was looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from notes_pipeline.core.identify import patient_uid, source_path

Version = tuple[str, str]  # note uid, content hash
# Stretches of a note that stand in every notation of it as they are: no quotes, no line ends, nothing to escape.
_PLAIN = re.compile(r"[A-Za-z0-9 ,.;:()%+=-]{16,48}")
_SAMPLES = 3
# A shorter identifier stands in texts that are nobody's.
_LEAST_ID = 3


@dataclass
class Subject:
    """A patient or some notes, of one source system or of all.

    Attributes:
        patient: the id; "" if single notes are named.
        notes: ids of single notes.
        system: "" for all.
        versions: of their notes, with what was found of their texts and summaries.
        records: (object id, record) of dropped records that are theirs, usable or not.
        systems: where they were found.
        identifiers: note and encounter ids that they were found with.
    """

    patient: str
    notes: frozenset[str]
    system: str
    versions: dict[Version, set[str]] = field(default_factory=dict)
    records: set[tuple[str, int]] = field(default_factory=set)
    systems: set[str] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)

    def is_meant(self, key: str, patient: object, note: object) -> bool:
        """Say whether a record is theirs: its ids are compared as a whole."""
        if self.system and source_path(key)[0] != self.system:
            return False
        if self.patient:
            return _plain(patient) == self.patient
        return _plain(note) in self.notes

    def add(self, key: str, said: Mapping[str, Any], version: Version | None, text: str = "") -> None:
        """Remember a record that is theirs, by its ids and what it holds."""
        self.systems.add(source_path(key)[0])
        found = (_plain(said.get(name)) for name in ("note_id", "encounter_id"))
        self.identifiers.update(each for each in found if each)
        if version:
            self.versions.setdefault(version, set()).update([text] if text else [])

    @property
    def named(self) -> set[str]:
        """The ids that were named."""
        return {self.patient, *self.notes} - {""}

    @property
    def uids(self) -> set[str]:
        """The notes."""
        return {uid for uid, _ in self.versions}

    @property
    def patient_uids(self) -> set[str]:
        """What the patient groups call the patient, in each system."""
        return {patient_uid(system, self.patient) for system in self.systems} if self.patient else set()

    @property
    def contents(self) -> set[str]:
        """The hashes of their texts; another note may have the same text."""
        return {content for _, content in self.versions}

    def hashes(self) -> set[str]:
        """Return the hashes that stand for them, none of which stands for anything else."""
        return self.uids | self.patient_uids

    def words(self) -> set[str]:
        """Return the identifiers to look for, as whole words."""
        ids = {self.patient, *self.notes, *self.identifiers}
        return {each for each in ids if len(each) >= _LEAST_ID}

    def samples(self) -> set[str]:
        """Return stretches of their notes' texts, three of each note at most."""
        return {sample for texts in self.versions.values() for text in texts for sample in _samples(text)}


def _samples(text: str) -> Iterator[str]:
    found = sorted({each.strip() for each in _PLAIN.findall(text)}, key=lambda each: (-len(each), each))
    yield from (each for each in found[:_SAMPLES] if len(each) >= _LEAST_ID)


def _plain(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
