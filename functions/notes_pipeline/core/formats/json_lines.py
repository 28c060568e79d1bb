"""`.jsonl`, `.ndjson`: one object a line, which is a note with named fields or a FHIR resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notes_pipeline.core.formats.charsets import open_text
from notes_pipeline.core.formats.json_records import parse_line
from notes_pipeline.core.formats.reading import Hints, Item
from notes_pipeline.core.formats.streams import BLOCK_BYTES, LONGEST_LINE, read_lines
from notes_pipeline.errors import RecordError


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield what each line holds.

    Raises:
        InputError: it is not text.
    """
    text = open_text(body, hints.charset, hints.rules.encoding)
    yield from items_of_lines(iter(lambda: text.read(BLOCK_BYTES).encode(), b""), hints)


def items_of_lines(pieces: Iterable[bytes], hints: Hints, first: int = 1) -> Iterator[Item]:
    """Yield what lines hold, each under its number in the file; lines with nothing in them are none.

    Args:
        pieces: of UTF-8.
        first: number of the first line.
    """
    for number, line in enumerate(read_lines(pieces), start=first):
        if line is None:
            yield number, RecordError("LineTooLong", f"the line has over {LONGEST_LINE:,} bytes: split the note")
        elif line.strip():
            yield parse_line(number, line, hints)
