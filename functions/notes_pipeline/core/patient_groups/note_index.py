"""Which version of each note counts, and for whom: what makes an amendment replace, and move, what it amends.

A partition is text, one note a line: `<note_uid> <order> <patient_uid or ->`, sorted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from notes_pipeline.core.patient_groups.contributions import Contribution

_NOBODY = "-"
_PREFIX_DIGITS, _UID_DIGITS = 2, 32


class IndexedNote(NamedTuple):
    """The version that counts, by its order, and the uid of its patient ("" for none)."""

    order: str
    patient_uid: str


Index = dict[str, IndexedNote]


def partition(uid: str) -> str:
    """Return the partition of a note's or a patient's uid: one of 256."""
    return uid[:_PREFIX_DIGITS]


def read_index(body: str, uids: Collection[str]) -> Index:
    """Return those of a partition's notes that are asked for."""
    rows = (line.split(" ") for line in body.splitlines() if line[:_UID_DIGITS] in uids)
    return {uid: IndexedNote(order, patient.removeprefix(_NOBODY)) for uid, order, patient in rows}


def change_index(body: str, index: Mapping[str, IndexedNote]) -> str:
    """Return a partition with these notes in place of what it held of them; doing it again gives the same text."""
    lines = {line[:_UID_DIGITS]: line for line in body.splitlines()}
    lines |= {uid: f"{uid} {note.order} {note.patient_uid or _NOBODY}" for uid, note in index.items()}
    return "".join(f"{line}\n" for _, line in sorted(lines.items()))


def drop_from_index(body: str, uids: Collection[str]) -> str:
    """Return a partition without these notes."""
    return "".join(f"{line}\n" for line in body.splitlines() if line[:_UID_DIGITS] not in uids)


def current(index: Index, contributions: Iterable[Contribution]) -> list[Contribution]:
    """Return the contributions that are not older than what the index holds."""
    return [each for each in contributions if each.note_uid not in index or each.order >= index[each.note_uid].order]


def indexed(contribution: Contribution) -> IndexedNote:
    """Return a contribution's entry."""
    return IndexedNote(contribution.order, contribution.patient.uid if contribution.patient else "")


def is_of(note: IndexedNote, content_sha256: str) -> bool:
    """Say whether the version that counts is the one with this content."""
    return note.order.rpartition("/")[2] == content_sha256[: len(note.order.rpartition("/")[2])]
