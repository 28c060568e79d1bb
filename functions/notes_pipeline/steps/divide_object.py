"""Dividing a large file of lines, in one pass over it, into parts that are staged each by a call of its own.

A file that lies there as it is only has its line ends looked for; a part is read by its place in it. A gzipped one has
no places: it is unpacked into the work bucket, part by part.
"""

from __future__ import annotations

from collections.abc import Iterator

from notes_pipeline.core.formats.parse_file import MAX_LINES_BYTES, too_large
from notes_pipeline.core.formats.streams import LinePart, as_utf8, divide_lines, short_lines, unpacked
from notes_pipeline.core.identify import object_id
from notes_pipeline.core.stage_notes import unpacked_key
from notes_pipeline.errors import FileError
from notes_pipeline.models import ObjectPart, SourceObject
from notes_pipeline.steps.stage_records import Staging

# A smaller file of lines is staged by one call, and read at once.
WHOLE_BYTES = 16_000_000
# A part of 8 MB with 10,000 notes is staged in some 40 seconds: ten that come together fit the time of a call.
PART_BYTES, PART_LINES = 8_000_000, 10_000
JSON_LINES = "application/jsonlines"


def divide_object(staging: Staging, source: SourceObject, size: int, *, packed: bool) -> tuple[ObjectPart, ...]:
    """Return the parts of a file of lines.

    Args:
        size: of the object, in bytes.
        packed: whether it is gzipped.

    Raises:
        FileError: it is too large, no whole gzip file, not UTF-8, or empty.
        MissingError: it vanished.
    """
    if size > MAX_LINES_BYTES:
        raise too_large(lines=True)
    blocks = staging.notes.pieces(source.key, source.version_id)
    if not packed:
        parts = list(divide_lines(_usable(blocks), PART_BYTES, PART_LINES))
        return tuple(_part(part, parts) for part in parts)
    parts = list(_unpack(staging, source, short_lines(_usable(unpacked(blocks)))))
    return tuple(_part(part, parts, unpacked_key(object_id(source), part.start)) for part in parts)


def _part(part: LinePart, parts: list[LinePart], key: str = "") -> ObjectPart:
    return ObjectPart(start=part.start, end=part.end, first=part.first, size=parts[-1].end, unpacked=key)


def _unpack(staging: Staging, source: SourceObject, blocks: Iterator[bytes]) -> Iterator[LinePart]:
    """Write the parts of an unpacked file as objects of their own; one of them is in memory at a time."""
    held = bytearray()

    def keep() -> Iterator[bytes]:
        for block in blocks:
            held.extend(block)
            yield block

    identity = object_id(source)
    for part in divide_lines(keep(), PART_BYTES, PART_LINES):
        length = part.end - part.start
        staging.work.write(unpacked_key(identity, part.start), bytes(held[:length]), JSON_LINES)
        del held[:length]
        yield part


def _usable(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the blocks of a file that can be used, as far as it is known.

    Raises:
        FileError: it is too large, not UTF-8, or has nothing in it.
    """
    size, is_blank = 0, True
    for block in as_utf8(blocks):
        size += len(block)
        is_blank = is_blank and block.isspace()
        if size > MAX_LINES_BYTES:
            raise too_large(lines=True)
        yield block
    if is_blank:
        raise FileError("EmptyFile", "it is empty: send it again once it has text")
