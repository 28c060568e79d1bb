"""`.csv`: a header, then one note a row; comma, semicolon or tab; quoted fields may hold newlines."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.fields import note_from_fields
from notes_pipeline.core.formats.reading import Hints, Item, ReadingRules
from notes_pipeline.errors import FileError, RecordError

_DELIMITERS = ",;\t"


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
    rows = csv.DictReader(text, delimiter=max(_DELIMITERS, key=header.count), strict=True)
    columns = [str(name).strip().lower() for name in _header(rows)]
    if hints.rules.note.lower() not in columns:
        raise FileError(
            "NoNoteColumn",
            f'it has no column "{hints.rules.note}": add a header, or name the right one (NoteField, or --note-field)',
        )
    yield from _rows(rows, hints.rules)


def _header(rows: csv.DictReader[str]) -> list[str]:
    try:
        return list(rows.fieldnames or [])
    except csv.Error:
        raise FileError("BrokenCsv", "its header is not valid CSV: check the quotes") from None


def _rows(rows: csv.DictReader[str], rules: ReadingRules) -> Iterator[Item]:
    record = 0
    while True:
        record += 1
        try:
            yield note_from_fields(record, next(rows), rules)
        except StopIteration:
            return
        except RecordError as error:
            yield record, error
        except csv.Error:
            yield record, RecordError("BrokenRow", "the row is not valid CSV: check its quotes")
