"""A piece of a dropped file, and what it says of whose it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from notes_pipeline.core.formats.reading import ReadingRules

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What a piece says of whose it is, by itself.

    Attributes:
        patients, notes: ids that it names as its patient's or its note's.
        others: further identifiers of the kind that are looked for later: a visit's.
        is_readable: False of one that cannot be read; whose it is nobody can tell.
        is_nobodys: of a kind that is about no patient: a hospital, a drug.
    """

    patients: frozenset[str] = NONE
    notes: frozenset[str] = NONE
    others: frozenset[str] = NONE
    is_readable: bool = True
    is_nobodys: bool = False


NOTHING, UNREADABLE = Said(), Said(is_readable=False)
# Is read as a record that tells no story.
EMPTY_RECORD = '{"resourceType": "Basic"}'


@dataclass(frozen=True)
class Piece:
    """A piece of a file.

    Attributes:
        raw: as it stands there.
        numbers: of the records that it holds, as the pipeline counts them; none of what stands between records.
        blank: what is put in its place, so that the others keep their numbers.
        text: to be searched, if it is not `raw`.
    """

    raw: str
    numbers: tuple[int, ...] = ()
    blank: str = ""
    said: Said = NOTHING
    text: str = ""


class Layout(Protocol):
    """A file as its pieces."""

    @property
    def pieces(self) -> list[Piece]:
        """The pieces, in their order."""

    def joined(self, numbers: Collection[int]) -> bytes:
        """Return the file with the pieces emptied that hold these records.

        Raises:
            ValueError: that cannot be done.
        """

    def uncut(self, numbers: tuple[int, ...]) -> Layout:
        """Return the file as one piece that holds these records."""


@dataclass(frozen=True)
class OnePiece:
    """A file that is not cut: it goes as a whole, or stays."""

    pieces: list[Piece]

    def joined(self, numbers: Collection[int]) -> bytes:
        """Nothing is left of it.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"{len(numbers)} records cannot be taken out of a single piece")

    def uncut(self, numbers: tuple[int, ...]) -> Layout:
        """Return it with the numbers of its records."""
        return OnePiece([replace(self.pieces[0], numbers=numbers)])


def said_by_fields(values: Mapping[str, object], rules: ReadingRules) -> Said:
    """Return what named fields say."""
    found = {str(name).strip().lower(): plain(value) for name, value in values.items()}

    def ids(name: str) -> frozenset[str]:
        return frozenset({found.get(name.lower(), "")} - {""})

    return Said(ids(rules.patient_id), ids(rules.note_id), ids("encounter_id"))


def plain(value: object) -> str:
    """Return an identifier as text, "" for what is none."""
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
