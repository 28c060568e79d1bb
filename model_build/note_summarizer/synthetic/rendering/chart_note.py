"""A note as a system of records holds it, and a file that it can be exported as."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ChartNote:
    """A note with all that formats say of one.

    Attributes:
        text: without white space around it, its line ends `\\n`.
        note_type: as `note_types.toml` calls it, or in words that it does not know.
        authored_at: ISO 8601, a date or a time with its offset.
    """

    text: str
    note_id: str
    patient_id: str | None = None
    encounter_id: str | None = None
    note_type: str | None = None
    authored_at: str | None = None


@dataclass(frozen=True)
class RenderedFile:
    """A file of an export: its name, without a folder, and its bytes."""

    name: str
    body: bytes


Renderer = Callable[[Sequence[ChartNote]], list[RenderedFile]]


def one_each(extension: str, render: Callable[[ChartNote], str]) -> Renderer:
    """Return a renderer of a format whose files are one note each, called by the note's id; they are UTF-8."""

    def renderer(notes: Sequence[ChartNote]) -> list[RenderedFile]:
        return [RenderedFile(file_name(note, extension), render(note).encode()) for note in notes]

    return renderer


def file_name(note: ChartNote, extension: str) -> str:
    """Return a name for the file of a note; what no file is called by becomes `_`."""
    return re.sub(r"[^\w.-]", "_", note.note_id) + extension
