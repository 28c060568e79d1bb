"""`.csv`: a header, then one note a row; comma, semicolon or tab; quoted fields may hold newlines."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.fields import field_names, note_from_fields
from notes_pipeline.core.formats.reading import Hints, Item, ReadingRules
from notes_pipeline.errors import FileError, RecordError

_DELIMITERS = ",;\t"
# Each cell of a row takes some 60 bytes, however short it is. What stands in a note's text counts too.
MOST_DELIMITERS = 1_000_000


class _Lines:
    """A file's lines, until a row of them has more cells than can be held."""

    def __init__(self, text: TextIO, delimiter: str) -> None:
        self._text, self._delimiter = text, delimiter
        self.cells = self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.number += 1
        self.cells += line.count(self._delimiter)
        if self.cells > MOST_DELIMITERS:
            raise csv.Error
        return line


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the note of each row, or why the row cannot be used; rows count from 1, after the header.

    Raises:
        InputError: it is not text, or there is no column for the note.
    """
    # The default of 131,072 characters a field would refuse long notes; our own limit is checked per note.
    csv.field_size_limit(sys.maxsize)
    text = open_text(body, hints.charset, hints.rules.encoding)
    header = text.readline()
    text.seek(0)
    delimiter = max(_DELIMITERS, key=header.count)
    lines = _Lines(text, delimiter)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    width, columns = _columns(rows, hints.rules)
    if hints.rules.note.lower() not in columns:
        raise FileError(
            "NoNoteColumn",
            f'it has no column "{hints.rules.note}": add a header, or name the right one (NoteField, or --note-field)',
        )
    for record, row in _rows(rows, lines):
        yield _note(record, row, width, columns, hints.rules)


def _columns(rows: Iterator[list[str]], rules: ReadingRules) -> tuple[int, dict[str, int]]:
    """Return how many columns there are, and where those that say something of a note; of one name the last counts."""
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error:
        raise FileError("BrokenCsv", "its header is not valid CSV: check the quotes") from None
    wanted = field_names(rules)
    return len(names), {name: place for place, name in enumerate(names) if name in wanted}


def _rows(rows: Iterator[list[str]], lines: _Lines) -> Iterator[tuple[int, list[str] | RecordError]]:
    """Yield the rows that are not empty, by their numbers; a quote that is not closed takes lines to the next one."""
    record = 0
    while True:
        lines.cells, first = 0, lines.number + 1
        try:
            row = next(rows)
            if not row:
                continue
            record += 1
            yield record, row
        except StopIteration:
            return
        except csv.Error:
            record += 1
            place = f"line {first}" if lines.number <= first else f"lines {first} to {lines.number}"
            reason = f"the row ({place} of the file) is not valid CSV: check its quotes"
            yield record, RecordError("BrokenRow", reason)


def _note(
    record: int, row: list[str] | RecordError, width: int, columns: Mapping[str, int], rules: ReadingRules
) -> Item:
    if isinstance(row, RecordError):
        return record, row
    if any(cell.strip() for cell in row[width:]) or len(row) <= columns[rules.note.lower()]:
        # The text may have been cut at a comma of its own: what is left could say the opposite.
        reason = f"the row has {len(row):,} cells, and the header {width:,}: quote texts that hold a comma or the like"
        return record, RecordError("BrokenRow", reason)
    try:
        fields = {name: row[place] if place < len(row) else None for name, place in columns.items()}
        return note_from_fields(record, fields, rules)
    except RecordError as error:
        return record, error
