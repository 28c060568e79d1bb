"""A piece of a dropped file, and what it says of whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def said_by_fields(values: Mapping[str, object], rules: ReadingRules) -> Said:
    """Return what named fields say."""
    found = {str(name).strip().lower(): plain(value) for name, value in values.items()}

    def ids(name: str) -> frozenset[str]:
        return frozenset({found.get(name.lower(), "")} - {""})

    return Said(ids(rules.patient_id), ids(rules.note_id), ids("encounter_id"))


def plain(value: object) -> str:
    """Return an identifier as text, "" for what is none."""
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
