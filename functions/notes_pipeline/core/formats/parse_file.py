"""Bytes of a dropped file → notes and rejects, one after another.

Formats whose records are lines (`LINE_PARSERS`) are read from any stretch of lines, so that a large file can be divided
between calls; the others (`PARSERS`) are read from a whole file's text, row by row where they have rows.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import TextIO

from notes_pipeline.core.formats.csv_rows import parse_csv
from notes_pipeline.core.formats.fields import FieldNames
from notes_pipeline.core.formats.json_records import parse_json, parse_json_line
from notes_pipeline.core.formats.streams import BLOCK_BYTES, LONGEST_LINE, not_text, read_lines, unpacked
from notes_pipeline.core.formats.text import parse_text
from notes_pipeline.core.identify import file_name, source_path
from notes_pipeline.errors import FileError, RecordError
from notes_pipeline.models import ParsedNote, Reject

Record = ParsedNote | Reject
Parsed = ParsedNote | tuple[int, RecordError]

LINE_PARSERS: dict[str, Callable[[int, bytes, FieldNames], Parsed]] = {
    ".jsonl": parse_json_line,
    ".ndjson": parse_json_line,
}
PARSERS: dict[str, Callable[[TextIO, FieldNames, str], Iterator[Parsed]]] = {
    ".txt": parse_text,
    ".csv": parse_csv,
    ".json": parse_json,
}
FORMATS = (*PARSERS, *LINE_PARSERS)
WHOLE_FILE = 0
# What a function with 1 GB of memory holds of a file that it cannot divide: docs/performance.md has the peaks.
MAX_FILE_BYTES = 100_000_000
# What one pass over a file of lines gets through in the time of a call: S3 gives 80 MB a second and more.
MAX_LINES_BYTES = 10_000_000_000


def parse_file(key: str, body: bytes, names: FieldNames) -> Iterator[Record]:
    """Yield the records of a dropped file; never raises for what is in it.

    Every record ends as a note or as a reject whose reason names the file and the record and says what to do. A file
    that cannot be read at all is one reject of record 0, which comes first, and alone.
    """
    try:
        found = _parse(key, _unzip(key, body), names)
        first = next(found, None)
        if first is None:
            raise FileError("EmptyFile", "it holds no record: send it again once it has some")
    except FileError as error:
        yield reject_file(key, error)
        return
    yield first
    yield from found


def parse_lines(key: str, pieces: Iterable[bytes], names: FieldNames, first: int = 1) -> Iterator[Record]:
    """Yield the records of lines, which their number in the file names; lines with nothing in them are none.

    Args:
        pieces: of UTF-8.
        first: number of the first line.
    """
    parse = LINE_PARSERS[file_format(key)]
    for number, line in enumerate(read_lines(pieces), start=first):
        if line is None:
            error = RecordError("LineTooLong", f"the line has over {LONGEST_LINE:,} bytes: split the note")
            yield _record(key, (number, error))
        elif line.strip():
            yield _record(key, parse(number, line, names))


def file_format(key: str) -> str:
    """Return the ending that says what is in a file, whether it is gzipped or not.

    Raises:
        FileError: there is no such format.
    """
    suffix = PurePosixPath(key.lower().removesuffix(".gz")).suffix
    if suffix not in FORMATS:
        known = ", ".join(FORMATS)
        raise FileError("UnknownFormat", f"its format is not known: send one of {known} (each may be gzipped, .gz)")
    return suffix


def is_gzipped(key: str) -> bool:
    """Say whether a file's name says that it is gzipped."""
    return key.lower().endswith(".gz")


def reject_file(key: str, error: FileError) -> Reject:
    """Return the reject of a whole file."""
    return Reject(record=WHOLE_FILE, code=error.code, reason=f"{file_name(key)}: {error}.")


def too_large(key: str) -> FileError:
    """Return the error of a file that is over the limit of its format, unpacked."""
    if file_format(key) in LINE_PARSERS:
        return FileError("FileTooLarge", f"it is over {MAX_LINES_BYTES:,} bytes: split it into several files")
    return FileError(
        "FileTooLarge",
        f"it is over {MAX_FILE_BYTES:,} bytes: split it into several files, or send JSON Lines, which may have "
        f"{MAX_LINES_BYTES:,}",
    )


def _parse(key: str, body: bytes, names: FieldNames) -> Iterator[Record]:
    text = _text(body)
    if (form := file_format(key)) in LINE_PARSERS:
        yield from parse_lines(key, iter(lambda: text.read(BLOCK_BYTES).encode(), b""), names)
        return
    for item in PARSERS[form](text, names, source_path(key)[1]):
        yield _record(key, item)


def _record(key: str, item: Parsed) -> Record:
    if isinstance(item, ParsedNote):
        return item
    record, error = item
    return Reject(record=record, code=error.code, reason=f"{file_name(key)}, record {record}: {error}.")


def _unzip(key: str, body: bytes) -> bytes:
    file_format(key)
    if is_gzipped(key):
        held = io.BytesIO()
        for block in unpacked([body]):
            held.write(block)
            if held.tell() > MAX_FILE_BYTES:
                raise too_large(key)
        body = held.getvalue()
    if len(body) > MAX_FILE_BYTES:
        raise too_large(key)
    if not body or body.isspace():
        raise FileError("EmptyFile", "it is empty: send it again once it has text")
    return body


def _text(body: bytes) -> TextIO:
    # Excel saves "Unicode text" as UTF-16 with a byte-order mark; without a mark only UTF-8 can be told from rubbish.
    encoding = "utf-16" if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    text = io.TextIOWrapper(io.BytesIO(body), encoding, newline="")
    try:
        while text.read(BLOCK_BYTES):
            pass
    except UnicodeDecodeError:
        raise not_text() from None
    text.seek(0)
    return text
