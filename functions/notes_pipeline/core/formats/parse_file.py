"""Bytes of a dropped file → notes and rejects."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from notes_pipeline.core.formats.csv_rows import parse_csv
from notes_pipeline.core.formats.fields import FieldNames
from notes_pipeline.core.formats.json_records import parse_json, parse_json_lines
from notes_pipeline.core.formats.text import parse_text
from notes_pipeline.core.identify import file_name, source_path
from notes_pipeline.errors import FileError, RecordError
from notes_pipeline.models import ParsedFile, ParsedNote, Reject

Parser = Callable[[str, FieldNames, str], Iterator[ParsedNote | tuple[int, RecordError]]]

PARSERS: dict[str, Parser] = {
    ".txt": parse_text,
    ".csv": parse_csv,
    ".jsonl": parse_json_lines,
    ".ndjson": parse_json_lines,
    ".json": parse_json,
}
WHOLE_FILE = 0
# A function with 1 GB of memory holds a file, its decoded text and its notes at once.
MAX_FILE_BYTES = 100_000_000


def parse_file(key: str, body: bytes, names: FieldNames) -> ParsedFile:
    """Parse a dropped file; never raises for what is in it.

    Every record ends as a note or as a reject whose reason names the file and the record and says what to do. A file
    that cannot be read at all is one reject of record 0.
    """
    name = file_name(key)
    try:
        parser, text = _parser(key), _decode(_unzip(key, body))
        found = list(parser(text, names, source_path(key)[1]))
        if not found:
            raise FileError("EmptyFile", "it holds no record: send it again once it has some")
    except FileError as error:
        return ParsedFile(rejects=(Reject(record=WHOLE_FILE, code=error.code, reason=f"{name}: {error}."),))
    notes = tuple(item for item in found if isinstance(item, ParsedNote))
    return ParsedFile(notes=notes, rejects=tuple(_reject(name, *i) for i in found if isinstance(i, tuple)))


def _reject(name: str, record: int, error: RecordError) -> Reject:
    return Reject(record=record, code=error.code, reason=f"{name}, record {record}: {error}.")


def _parser(key: str) -> Parser:
    path = PurePosixPath(key.lower().removesuffix(".gz"))
    if path.suffix not in PARSERS:
        known = ", ".join(PARSERS)
        raise FileError("UnknownFormat", f"its format is not known: send one of {known} (each may be gzipped, .gz)")
    return PARSERS[path.suffix]


def _unzip(key: str, body: bytes) -> bytes:
    if key.lower().endswith(".gz"):
        try:
            with gzip.open(io.BytesIO(body)) as file:
                body = file.read(MAX_FILE_BYTES + 1)
        except (OSError, EOFError, zlib.error):
            raise FileError("BrokenGzip", "it is not a whole gzip file: compress and send it again") from None
    if len(body) > MAX_FILE_BYTES:
        raise FileError("FileTooLarge", f"it is over {MAX_FILE_BYTES:,} bytes: split it into several files")
    if not body.strip():
        raise FileError("EmptyFile", "it is empty: send it again once it has text")
    return body


def _decode(body: bytes) -> str:
    # Excel saves "Unicode text" as UTF-16 with a byte-order mark; without a mark only UTF-8 can be told from rubbish.
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        raise FileError("NotText", "it is not UTF-8 text: export it as UTF-8") from None
