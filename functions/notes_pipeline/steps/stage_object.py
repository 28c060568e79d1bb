"""Staging one dropped object: parse, stage its records, close; or divide it, if it is large.

The object's own row is written last, so that until then a repeat does everything again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from notes_pipeline.aws.object_parts import finished_counts, unfinished_parts, write_part
from notes_pipeline.aws.objects import Bucket, ObjectFacts
from notes_pipeline.core.drop_metadata import as_told, stands_for
from notes_pipeline.core.formats.detect import HEAD_BYTES, is_gzip
from notes_pipeline.core.formats.parse_file import (
    MAX_FILE_BYTES,
    WHOLE_FILE,
    Record,
    holds_lines,
    is_gzipped,
    parse_file,
    parse_lines,
    reject_file,
    too_large,
)
from notes_pipeline.core.formats.streams import unpacked, unpacks_to_more
from notes_pipeline.core.identify import file_name, is_urgent, object_id
from notes_pipeline.errors import FileError, MissingError
from notes_pipeline.models import ObjectPart, Reject, SourceObject, StagedShard, Status
from notes_pipeline.steps.divide_object import WHOLE_BYTES, divide_object
from notes_pipeline.steps.stage_records import Staging, in_parts, stage_records, whole_counts

# So many notes, and bytes of them, are claimed, written and in memory at once, beside the file.
_NOTES, _BYTES = 10_000, 8_000_000


@dataclass(frozen=True)
class Staged:
    """What came of a message about a drop.

    Attributes:
        shards: that it put on the backlog.
        counts: of its records by status; None if it had been staged before.
        parts: that it is divided into, still to be staged; none for one that was staged whole.
        waiting: notes that wait now and may start a batch.
        records: of the whole drop, if it is staged to the end now; of `ignored` ones, how many, by kind.
    """

    shards: tuple[StagedShard, ...] = ()
    counts: Mapping[Status, int] | None = None
    parts: tuple[ObjectPart, ...] = ()
    waiting: int = 0
    records: int | None = None
    ignored: Mapping[str, int] = field(default_factory=dict)


def stage_object(staging: Staging, source: SourceObject, now: str) -> Staged:
    """Stage one version of a dropped file, or say how it is divided; doing it again changes nothing."""
    identity, facts = object_id(source), facts_of(staging.notes, source)
    if _is_staged(staging, source, facts):
        return Staged()
    source = as_told(source, facts.metadata)
    found = _read(staging, source, facts)
    if isinstance(found, tuple):
        left = unfinished_parts(staging.note_ledger.table, identity, found)
        return Staged(parts=left) if left else _end(staging, identity)
    shards, counts, ignored = list[StagedShard](), Counter[Status](), Counter[str]()
    for part in in_parts(found, _NOTES, _BYTES):
        staged = stage_records(staging, source, identity, part, now)
        shards += staged.shards
        counts += Counter(staged.counts)
        ignored += Counter(staged.ignored)
    notes = sum(shard.notes for shard in shards)
    return Staged(tuple(shards), whole_counts(counts), waiting=notes, records=counts.total(), ignored=ignored)


def stage_part(staging: Staging, source: SourceObject, part: ObjectPart, now: str) -> Staged:
    """Stage a part of a divided file; whichever is finished last says how many records the file has."""
    identity, facts = object_id(source), facts_of(staging.notes, source)
    if _is_staged(staging, source, facts):
        return Staged()
    source = as_told(source, facts.metadata)
    if not unfinished_parts(staging.note_ledger.table, identity, (part,)):
        return _end(staging, identity)
    records = _part_records(staging, source, part)
    staged = stage_records(staging, source, identity, records, now)
    write_part(staging.note_ledger.table, identity, part, whole_counts(staged.counts), staged.ignored)
    end = _end(staging, identity)
    notes = sum(shard.notes for shard in staged.shards) if is_urgent(source.key) else end.waiting
    return Staged(
        tuple(staged.shards), whole_counts(staged.counts), waiting=notes, records=end.records, ignored=end.ignored
    )


def close_object(staging: Staging, source: SourceObject, staged: Staged, now: str) -> None:
    """Write the row that says a drop was staged to the end, if it was."""
    if staged.records is not None:
        staging.note_ledger.write_object(object_id(source), source, staged.records, staged.ignored, now)


def _end(staging: Staging, identity: str) -> Staged:
    """Return what a divided file came to, if all of its parts are finished."""
    found = finished_counts(staging.note_ledger.table, identity)
    if found is None:
        return Staged()
    counts, ignored = found
    return Staged(waiting=counts[Status.PENDING], records=sum(counts.values()), ignored=ignored)


def _is_staged(staging: Staging, source: SourceObject, facts: ObjectFacts) -> bool:
    original = stands_for(source, facts.metadata)
    drops = [source, *([original] if original else [])]
    return any(staging.note_ledger.is_staged(object_id(drop)) for drop in drops)


def facts_of(notes: Bucket, source: SourceObject) -> ObjectFacts:
    """Return what is known of a dropped file without reading it; nothing if it vanished."""
    try:
        return notes.facts(source.key, source.version_id)
    except MissingError:
        return ObjectFacts(0, {})


def _read(staging: Staging, source: SourceObject, facts: ObjectFacts) -> Iterator[Record] | tuple[ObjectPart, ...]:
    """Return the records of a file, or how it is divided."""
    try:
        if facts.size > WHOLE_BYTES:
            head = _head(staging, source)
            if holds_lines(source.key, head, facts.media_type):
                return divide_object(staging, source, facts.size, packed=_is_packed(source, head))
            if facts.size > MAX_FILE_BYTES:
                raise too_large(lines=False)
        body = staging.notes.read(source.key, source.version_id)
        is_lines = is_gzip(body) and holds_lines(source.key, body[:HEAD_BYTES], facts.media_type)
        if is_lines and unpacks_to_more(body, WHOLE_BYTES):
            return divide_object(staging, source, facts.size, packed=True)
        return parse_file(source.key, body, staging.rules, facts.media_type)
    except FileError as error:
        return iter([reject_file(source.key, error)])
    except MissingError:
        return iter([_vanished(source)])


def _head(staging: Staging, source: SourceObject) -> bytes:
    return b"".join(staging.notes.pieces(source.key, source.version_id, 0, HEAD_BYTES))


def _is_packed(source: SourceObject, head: bytes) -> bool:
    return is_gzip(head) or is_gzipped(source.key)


def read_records(staging: Staging, source: SourceObject, records: Collection[int]) -> Iterator[Record]:
    """Yield some records of a dropped file of any size, by number, and the reject of a file that cannot be read."""
    facts = facts_of(staging.notes, source)
    head = _head(staging, source) if facts.size > WHOLE_BYTES and WHOLE_FILE not in records else b""
    if head and holds_lines(source.key, head, facts.media_type):
        blocks = staging.notes.pieces(source.key, source.version_id)
        pieces = unpacked(blocks) if _is_packed(source, head) else blocks
        found = parse_lines(source.key, pieces, staging.rules)
    else:
        found = _read_whole(staging, source, facts)
    return (record for record in found if WHOLE_FILE in {*records, record.record} or record.record in records)


def _read_whole(staging: Staging, source: SourceObject, facts: ObjectFacts) -> Iterator[Record]:
    try:
        body = staging.notes.read(source.key, source.version_id)
        return parse_file(source.key, body, staging.rules, facts.media_type)
    except MissingError:
        return iter([_vanished(source)])


def _vanished(source: SourceObject) -> Reject:
    reason = f"{file_name(source.key)}: it vanished before it was read: drop it again."
    return Reject(record=WHOLE_FILE, code="FileVanished", reason=reason)


def _part_records(staging: Staging, source: SourceObject, part: ObjectPart) -> Iterator[Record]:
    try:
        if part.unpacked:
            pieces = staging.work.pieces(part.unpacked)
        else:
            pieces = staging.notes.pieces(source.key, source.version_id, part.start, part.end)
        yield from parse_lines(source.key, pieces, staging.rules, part.first)
    except MissingError:
        reason = f"{file_name(source.key)}: it vanished before it was read from line {part.first} on: drop it again."
        yield Reject(record=part.first, code="FileVanished", reason=reason)
