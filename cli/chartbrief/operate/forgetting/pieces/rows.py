"""Rows of CSV. The header stands between records; blank lines before a row belong to it."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

from chartbrief.operate.forgetting.pieces.piece import UNREADABLE, Piece, said_by_fields
from notes_pipeline.core.formats.reading import Hints

_DELIMITERS = ",;\t"


def pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the header, then the rows."""
    csv.field_size_limit(sys.maxsize)
    lines = _Lines(text)
    delimiter = max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error:
            number += 1
            yield Piece(lines.taken(), (number,), _blank(delimiter, header or []), UNREADABLE)
            continue
        if not row:
            continue
        if header is None:
            header = row
            yield Piece(lines.taken())
            continue
        number += 1
        said = said_by_fields(dict(zip(header, row, strict=False)), hints.rules)
        yield Piece(lines.taken(), (number,), _blank(delimiter, header), said)
    if rest := lines.taken():
        yield Piece(rest)


def _blank(delimiter: str, header: list[str]) -> str:
    """Return an empty row; one of a single field has to be quoted to be a row."""
    return (delimiter * (len(header) - 1) if len(header) > 1 else '""') + "\n"


class _Lines:
    """Lines for a reader, which remembers those it gave."""

    def __init__(self, text: str) -> None:
        self._file, self._given = io.StringIO(text, newline=""), list[str]()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self._given.append(next(self._file))
        return self._given[-1]

    def taken(self) -> str:
        """Return the lines given since the last time."""
        given, self._given = self._given, []
        return "".join(given)
