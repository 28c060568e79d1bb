"""A dropped file as what may be taken out of it: its pieces, each with the notes that the pipeline reads in it.

A piece that is taken out leaves an empty one behind (an empty line, an empty row, null), so that the others keep their
numbers: receipts, reasons and summaries name them by these. Files of this kind are never staged as a whole again.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from chartbrief.operate.forgetting.pieces.layout import layout_of
from chartbrief.operate.forgetting.pieces.piece import Piece
from chartbrief.operate.forgetting.subject import Subject
from notes_pipeline.core.formats.detect import HEAD_BYTES, Form, form_of, is_gzip
from notes_pipeline.core.formats.parse_file import (
    WHOLE_FILE,
    Record,
    hints_of,
    holds_lines,
    parse_file,
    parse_lines,
)
from notes_pipeline.core.formats.reading import Hints, ReadingRules, Siblings
from notes_pipeline.core.formats.streams import unpacked_if_packed
from notes_pipeline.core.identify import identify_note
from notes_pipeline.errors import FileError
from notes_pipeline.models import ClinicalNote, ParsedNote
from notes_pipeline.steps.divide_object import WHOLE_BYTES


@dataclass(frozen=True)
class Dropped:
    """A version of a dropped file.

    Attributes:
        body: as it was dropped.
        media_type: content type that it has.
    """

    key: str
    body: bytes
    rules: ReadingRules
    media_type: str = ""
    siblings: Siblings | None = None

    @property
    def hints(self) -> Hints:
        """What is known of it beside its bytes."""
        return hints_of(self.key, self.rules, self.media_type, self.siblings)

    @property
    def form(self) -> Form | None:
        """Its format; None if that is not known."""
        return form_of(self.hints.path, self.plain()[:HEAD_BYTES], self.media_type)

    def plain(self) -> bytes:
        """Return it unpacked; as it is, if it cannot be."""
        return plain_bytes(self.body)

    def records(self) -> Iterator[Record]:
        """Yield what the pipeline reads in it, as it does whether it takes it whole or divides it."""
        body = self.plain()
        if len(body) > WHOLE_BYTES and holds_lines(self.key, body[:HEAD_BYTES], self.media_type):
            return parse_lines(self.key, [body], self.rules, siblings=self.siblings)
        return parse_file(self.key, self.body, self.rules, self.media_type, self.siblings)


def plain_bytes(body: bytes) -> bytes:
    """Return a file unpacked, if it is gzipped; as it is, if it cannot be."""
    try:
        return b"".join(unpacked_if_packed([body]))
    except FileError:
        return body


@dataclass(frozen=True)
class Part:
    """A piece with the notes in it."""

    piece: Piece
    notes: tuple[ClinicalNote, ...]

    @property
    def text(self) -> str:
        """All that can be searched: as it stands in the file, and as it was read."""
        read = (each for note in self.notes for each in (note.note_id, note.patient_id, note.encounter_id, note.text))
        return "\n".join([self.piece.text or self.piece.raw, *(each for each in read if each)])

    def whose(self, subject: Subject, key: str, is_in: Callable[[str, str], bool]) -> bool | None:
        """Say whether it is the subject's, or another's; None if it does not say.

        Nobody can tell whose a piece is that cannot be read; one that has the id in it, whole, is taken for theirs.
        """
        if not self.piece.numbers:
            return None
        if any(_is_meant(subject, key, note) for note in self.notes):
            return True
        said = self.piece.said
        if not self.notes and not said.is_readable:
            has_it = any(is_in(word, self.text) for word in subject.named)
            return True if has_it else (False if said.is_nobodys else None)
        patients = {note.patient_id for note in self.notes} - {None} or said.patients
        ids = patients if subject.patient else {note.note_id for note in self.notes} or said.notes
        if any(subject.is_meant(key, one, one) for one in ids):
            return True
        return False if ids or said.is_nobodys else None

    def is_divided(self, subject: Subject, key: str) -> bool:
        """Say whether it holds records of the subject's beside notes of others."""
        meant = {_is_meant(subject, key, note) for note in self.notes}
        if len(self.piece.numbers) > 1 and any(subject.is_meant(key, one, None) for one in self.piece.said.patients):
            meant.add(True)
        return len(meant) > 1


def _is_meant(subject: Subject, key: str, note: ClinicalNote) -> bool:
    if note.patient_id is None and (note.note_uid, note.content_sha256) in subject.versions:
        return True  # a file beside it said whose it is, when it was staged
    return subject.is_meant(key, note.patient_id, note.note_id)


def parts_of(dropped: Dropped) -> list[Part]:
    """Return a file's pieces, in their order; one that cannot be cut is one piece."""
    notes: dict[int, list[ClinicalNote]] = defaultdict(list)
    numbers: set[int] = set()
    for record in dropped.records():
        numbers.add(record.record)
        if isinstance(record, ParsedNote):
            notes[record.record].append(identify_note(record, dropped.key))
    layout = layout_of(dropped.plain(), dropped.hints)
    cut = {number for piece in layout.pieces for number in piece.numbers}
    if not numbers - {WHOLE_FILE} <= cut or not cut:
        layout = layout.uncut(tuple(sorted(numbers)))
    return [Part(piece, tuple(note for number in piece.numbers for note in notes[number])) for piece in layout.pieces]


def without(dropped: Dropped, numbers: Collection[int]) -> bytes:
    """Return a file with the pieces emptied that hold these records.

    Raises:
        ValueError: that cannot be done.
    """
    body = layout_of(dropped.plain(), dropped.hints).joined(numbers)
    return gzip.compress(body, mtime=0) if is_gzip(dropped.body) else body


def keeps_the_others(dropped: Dropped, numbers: Collection[int]) -> bool:
    """Say whether what is left of a file without these records is read as before, and they are not."""
    try:
        left = replace(dropped, body=without(dropped, numbers))
    except ValueError:
        return False
    after = left.records()
    for record in dropped.records():
        if record.record in numbers:
            continue
        # One after the other: two lists of a large file's notes would take twice the memory.
        if _next_of_others(after, numbers) != record:
            return False
    return _next_of_others(after, numbers) is None


def _next_of_others(records: Iterator[Record], numbers: Collection[int]) -> Record | Literal["a note"] | None:
    """Return the next record that is not one of those taken out, "a note" if one of them is there still."""
    for record in records:
        if record.record not in numbers:
            return record
        if isinstance(record, ParsedNote):
            return "a note"
    return None
