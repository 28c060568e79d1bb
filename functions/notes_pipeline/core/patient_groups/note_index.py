"""Which version of each note counts, and for whom: what makes an amendment replace, and move, what it amends.

A partition is text, one note a line: `<note_uid> <order> <patient_uid or ->`, sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from notes_pipeline.core.patient_groups.contributions import Contribution

_NOBODY = "-"
_PREFIX_DIGITS = 2


class IndexedNote(NamedTuple):
    """The version that counts, by its order, and the uid of its patient ("" for none)."""

    order: str
    patient_uid: str


Index = dict[str, IndexedNote]


def partition(uid: str) -> str:
    """Return the partition of a note's or a patient's uid: one of 256."""
    return uid[:_PREFIX_DIGITS]


def read_index(body: str) -> Index:
    """Return a partition's notes."""
    rows = (line.split(" ") for line in body.splitlines())
    return {uid: IndexedNote(order, patient.removeprefix(_NOBODY)) for uid, order, patient in rows}


def write_index(index: Mapping[str, IndexedNote]) -> str:
    """Return a partition as text; the same notes give the same text."""
    rows = (f"{uid} {note.order} {note.patient_uid or _NOBODY}\n" for uid, note in sorted(index.items()))
    return "".join(rows)


def current(index: Index, contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return the contributions that are not older than what the index holds."""
    return [each for each in contributions if each.note_uid not in index or each.order >= index[each.note_uid].order]


def indexed(contribution: Contribution) -> IndexedNote:
    """Return a contribution's entry."""
    return IndexedNote(contribution.order, contribution.patient.uid if contribution.patient else "")
