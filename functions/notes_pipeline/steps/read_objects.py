"""Reading a dropped object, whole, or a part of it, or some of its records; what vanished is a reject that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from notes_pipeline.aws.objects import Bucket, ObjectFacts
from notes_pipeline.core.formats.detect import HEAD_BYTES, is_gzip
from notes_pipeline.core.formats.parse_file import WHOLE_FILE, Record, holds_lines, is_gzipped, parse_file, parse_lines
from notes_pipeline.core.formats.reading import Siblings
from notes_pipeline.core.formats.streams import unpacked
from notes_pipeline.core.identify import file_name
from notes_pipeline.errors import MissingError
from notes_pipeline.models import ObjectPart, Reject, SourceObject
from notes_pipeline.steps.divide_object import WHOLE_BYTES
from notes_pipeline.steps.read_siblings import FolderSiblings
from notes_pipeline.steps.stage_records import Staging


def facts_of(notes: Bucket, source: SourceObject) -> ObjectFacts:
    """Return what is known of a dropped file without reading it; nothing if it vanished."""
    try:
        return notes.facts(source.key, source.version_id)
    except MissingError:
        return ObjectFacts(0, {})


def read_head(staging: Staging, source: SourceObject) -> bytes:
    """Return a file's first bytes, packed as they may be.

    Raises:
        MissingError: it vanished.
    """
    return b"".join(staging.notes.pieces(source.key, source.version_id, 0, HEAD_BYTES))


def is_packed(source: SourceObject, head: bytes) -> bool:
    """Say whether a file is gzipped, or says so."""
    return is_gzip(head) or is_gzipped(source.key)


def read_records(staging: Staging, source: SourceObject, records: Collection[int]) -> Iterator[Record]:
    """Yield some records of a dropped file of any size, by number, and the reject of a file that cannot be read."""
    facts, siblings = facts_of(staging.notes, source), FolderSiblings(staging.notes, source)
    head = read_head(staging, source) if facts.size > WHOLE_BYTES and WHOLE_FILE not in records else b""
    if head and holds_lines(source.key, head, facts.media_type):
        blocks = staging.notes.pieces(source.key, source.version_id)
        pieces = unpacked(blocks) if is_packed(source, head) else blocks
        found = parse_lines(source.key, pieces, staging.rules, siblings=siblings)
    else:
        found = _read_whole(staging, source, facts, siblings)
    return (record for record in found if WHOLE_FILE in {*records, record.record} or record.record in records)


def read_part(staging: Staging, source: SourceObject, part: ObjectPart, siblings: Siblings) -> Iterator[Record]:
    """Yield the records of a part of a divided file."""
    try:
        if part.unpacked:
            pieces = staging.work.pieces(part.unpacked)
        else:
            pieces = staging.notes.pieces(source.key, source.version_id, part.start, part.end)
        yield from parse_lines(source.key, pieces, staging.rules, part.first, siblings)
    except MissingError:
        reason = f"{file_name(source.key)}: it vanished before it was read from line {part.first} on: drop it again."
        yield Reject(record=part.first, code="FileVanished", reason=reason)


def vanished(source: SourceObject) -> Reject:
    """Return the reject of a file that is not there any more."""
    reason = f"{file_name(source.key)}: it vanished before it was read: drop it again."
    return Reject(record=WHOLE_FILE, code="FileVanished", reason=reason)


def _read_whole(staging: Staging, source: SourceObject, facts: ObjectFacts, siblings: Siblings) -> Iterator[Record]:
    try:
        body = staging.notes.read(source.key, source.version_id)
        return parse_file(source.key, body, staging.rules, facts.media_type, siblings)
    except MissingError:
        return iter([vanished(source)])
