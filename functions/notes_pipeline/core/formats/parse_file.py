"""Bytes of a dropped file → what it holds, one record after another.

Files of lines are read from any stretch of lines, so that a large one can be divided between calls; of the others the
whole is read, row by row where they have rows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from notes_pipeline.core.formats.detect import HEAD_BYTES, Form, detect, form_of, is_gzip
from notes_pipeline.core.formats.json_lines import items_of_lines
from notes_pipeline.core.formats.reading import Hints, Ignored, Item, NoSiblings, ReadingRules, Siblings
from notes_pipeline.core.formats.registry import parser_of
from notes_pipeline.core.formats.streams import unpacked_whole
from notes_pipeline.core.identify import file_name, source_path
from notes_pipeline.errors import FileError, InputError
from notes_pipeline.models import ParsedNote, Reject

Record = ParsedNote | Ignored | Reject
WHOLE_FILE = 0
# What a function with 1 GB of memory holds of a file that it cannot divide: docs/performance.md has the peaks.
MAX_FILE_BYTES = 100_000_000
# What one pass over a file of lines gets through in the time of a call: S3 gives 80 MB a second and more.
MAX_LINES_BYTES = 10_000_000_000


def parse_file(
    key: str, body: bytes, rules: ReadingRules, media_type: str = "", siblings: Siblings | None = None
) -> Iterator[Record]:
    """Yield what a dropped file holds; never raises for what is in it.

    Every record ends as a note, as one that is ignored, or as a reject whose reason names the file and the record and
    says what to do. A file that cannot be read at all is one reject of record 0, which comes first, and alone.
    """
    try:
        found = read_items(_unzip(key, body), hints_of(key, rules, media_type, siblings))
        first = next(found, None)
        if first is None:
            raise FileError("EmptyFile", "it holds no record: send it again once it has some")
    except InputError as error:
        yield reject_file(key, error)
        return
    yield _record(key, first)
    for item in found:
        yield _record(key, item)


def parse_lines(
    key: str, pieces: Iterable[bytes], rules: ReadingRules, first: int = 1, siblings: Siblings | None = None
) -> Iterator[Record]:
    """Yield the records of lines, which their number in the file names; lines with nothing in them are none.

    Args:
        pieces: of UTF-8.
        first: number of the first line.
    """
    for item in items_of_lines(pieces, hints_of(key, rules, siblings=siblings), first):
        yield _record(key, item)


def hints_of(key: str, rules: ReadingRules, media_type: str = "", siblings: Siblings | None = None) -> Hints:
    """Return what is known of a dropped file beside its bytes."""
    return Hints(source_path(key)[1], rules, media_type, siblings or NoSiblings())


def read_items(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield what an unpacked file holds.

    Raises:
        InputError: nothing of it can be used; before the first record only.
    """
    if not body or body.isspace():
        raise FileError("EmptyFile", "it is empty: send it again once it has text")
    yield from parser_of(detect(hints.path, body[:HEAD_BYTES], hints.media_type))(body, hints)


def holds_lines(key: str, head: bytes, media_type: str = "") -> bool:
    """Say whether a file can be divided: its records are lines.

    Args:
        head: its first bytes, packed as they may be.
    """
    return form_of(key, unpacked_head(head), media_type) is Form.JSON_LINES


def unpacked_head(head: bytes) -> bytes:
    """Return the first bytes of a file unpacked, as far as they can be."""
    if not is_gzip(head):
        return head
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error:
        return b""


def is_gzipped(key: str) -> bool:
    """Say whether a file's name says that it is gzipped."""
    return key.lower().endswith(".gz")


def reject_file(key: str, error: InputError) -> Reject:
    """Return the reject of a whole file."""
    return Reject(record=WHOLE_FILE, code=error.code, reason=f"{file_name(key)}: {error}.")


def too_large(*, lines: bool) -> FileError:
    """Return the error of a file that is over the limit of its format, unpacked."""
    if lines:
        return FileError("FileTooLarge", f"it is over {MAX_LINES_BYTES:,} bytes: split it into several files")
    return FileError(
        "FileTooLarge",
        f"it is over {MAX_FILE_BYTES:,} bytes: split it into several files, or send JSON Lines, which may have "
        f"{MAX_LINES_BYTES:,}",
    )


def _record(key: str, item: Item) -> Record:
    if not isinstance(item, tuple):
        return item
    record, error = item
    return Reject(record=record, code=error.code, reason=f"{file_name(key)}, record {record}: {error}.")


def _unzip(key: str, body: bytes) -> bytes:
    is_packed = is_gzip(body) or is_gzipped(key)
    plain = unpacked_whole(body, MAX_FILE_BYTES) if is_packed else body
    if plain is None or len(plain) > MAX_FILE_BYTES:
        raise too_large(lines=holds_lines(key, body[:HEAD_BYTES]))
    return plain
