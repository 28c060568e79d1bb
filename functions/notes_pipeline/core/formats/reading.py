"""What the module of a format is given and what it gives: `parse(body, hints)`, from a file's bytes to its records.

Modules are imported when a file of their format comes (`registry`), so that a function that reads one format does not
load the libraries of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from notes_pipeline.core.formats.charsets import read_encoding
from notes_pipeline.core.formats.text_headers import read_text_headers
from notes_pipeline.errors import RecordError
from notes_pipeline.models import Frozen, ParsedNote


class Ignored(Frozen):
    """A record that tells no story and need not: a laboratory value, an address. It is counted, by kind, and no more.

    Attributes:
        kind: from a closed list, never a file's own words.
    """

    record: int
    kind: str


# What a record of a file came to; a record that cannot be used is its number and why.
Item = ParsedNote | Ignored | tuple[int, RecordError]


class ReadingRules(Frozen):
    """What a deployment says of its files.

    Attributes:
        note, note_id, patient_id: what these are called in files with named fields (case does not matter).
        max_note_bytes: a longer note is refused.
        encoding: of files that do not say theirs and are not Unicode, as Python names it; "" where it is not known.
        text_headers: labels of lines above a plain text, and the fields that they name (`read_text_headers`).
    """

    note: str = "note"
    note_id: str = "note_id"
    patient_id: str = "patient_id"
    max_note_bytes: int = 1_000_000
    encoding: str = ""
    text_headers: tuple[tuple[str, str], ...] = ()


def rules_of(parameters: Mapping[str, str]) -> ReadingRules:
    """Return what a deployment's parameters say of its files; one of before a parameter has nothing in its place.

    Raises:
        ValueError: a parameter says what it cannot.
    """
    return ReadingRules(
        note=parameters["NoteField"],
        note_id=parameters["IdField"],
        patient_id=parameters["PatientField"],
        max_note_bytes=int(parameters["MaxNoteBytes"]),
        encoding=read_encoding(parameters.get("NoteEncoding", "")),
        text_headers=read_text_headers(parameters.get("TextHeaders", "")),
    )


class Siblings(Protocol):
    """Files that came with a file and say more of the patients and encounters in it."""

    def patient(self, system: str, value: str) -> str | None:
        """Return the id of the patient whose identifier this is."""

    def encounter(self, encounter_id: str) -> EncounterFacts | None:
        """Return what is said of an encounter."""


@dataclass(frozen=True)
class EncounterFacts:
    """An encounter: whose it was, and when it began (ISO 8601)."""

    patient_id: str | None
    began_at: str | None


class NoSiblings:
    """A file that came alone."""

    def patient(self, system: str, value: str) -> str | None:  # noqa: ARG002
        """Return None."""
        return None

    def encounter(self, encounter_id: str) -> EncounterFacts | None:  # noqa: ARG002
        """Return None."""
        return None


@dataclass(frozen=True)
class Hints:
    """What is known of a file beside its bytes.

    Attributes:
        path: its path below the source system, which is the id of a note that has none of its own.
        media_type: content type it was uploaded with, "" if none was told.
    """

    path: str
    rules: ReadingRules = field(default_factory=ReadingRules)
    media_type: str = ""
    siblings: Siblings = field(default_factory=NoSiblings)

    @property
    def charset(self) -> str:
        """The charset that the content type names, or ""."""
        _, _, rest = self.media_type.lower().partition("charset=")
        return rest.partition(";")[0].strip(" \"'")


@dataclass(frozen=True)
class Document:
    """What a document says: its text as read, and of what else is asked for as much as it says."""

    text: str
    note_id: str | None = None
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None


class Parser(Protocol):
    """The `parse` of a format's module."""

    def __call__(self, body: bytes, hints: Hints) -> Iterator[Item]:
        """Yield what a file holds, in its order; records count from 1, and no number comes twice.

        Args:
            body: the file, unpacked.

        Raises:
            InputError: nothing of the file can be used; before the first record only.
        """
