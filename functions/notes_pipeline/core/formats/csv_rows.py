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
        self.cells = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._text)
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
    columns = _columns(rows, hints.rules)
    if hints.rules.note.lower() not in columns:
        raise FileError(
            "NoNoteColumn",
            f'it has no column "{hints.rules.note}": add a header, or name the right one (NoteField, or --note-field)',
        )
    yield from _rows(rows, lines, columns, hints.rules)


def _columns(rows: Iterator[list[str]], rules: ReadingRules) -> dict[str, int]:
    """Return where the columns are that say something of a note; of several of a name the last counts."""
    try:
        names = [name.strip().lower() for name in next(rows, [])]
    except csv.Error:
        raise FileError("BrokenCsv", "its header is not valid CSV: check the quotes") from None
    wanted = field_names(rules)
    return {name: place for place, name in enumerate(names) if name in wanted}


def _rows(rows: Iterator[list[str]], lines: _Lines, columns: Mapping[str, int], rules: ReadingRules) -> Iterator[Item]:
    record = 0
    while True:
        lines.cells = 0
        try:
            row = next(rows)
            if not row:
                continue
            record += 1
            fields = {name: row[place] if place < len(row) else None for name, place in columns.items()}
            yield note_from_fields(record, fields, rules)
        except StopIteration:
            return
        except RecordError as error:
            yield record, error
        except csv.Error:
            record += 1
            yield record, RecordError("BrokenRow", "the row is not valid CSV: check its quotes")
