"""One note with its reference summary, and what its columns are called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    """What the columns (or keys) of a data file are called.

    Attributes:
        patient, id: optional columns; `None` takes `patient_id` and `note_id` (or `id`) where the file has them.
    """

    note: str = "note"
    summary: str = "summary"
    patient: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Pair:
    """A note and its reference summary.

    Attributes:
        record: number of the record in its file, from 1.
        patient: the patient's id, if the file has one; a split never separates notes of one patient.
        id: the note's id, if the file has one.
    """

    note: str
    summary: str
    record: int
    patient: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class ReadReport:
    """What reading a file found.

    Attributes:
        source: the file as it was named.
        sha256: hash of its bytes.
        pairs: how many records it holds.
    """

    source: str
    sha256: str
    pairs: int
