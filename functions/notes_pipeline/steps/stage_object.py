"""Staging one dropped object: parse, stage its records, close; or divide it, if it is large.

The object's own row is written last, so that until then a repeat does everything again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from notes_pipeline.aws.object_parts import finished_counts, unfinished_parts, write_part
from notes_pipeline.aws.objects import ObjectFacts
from notes_pipeline.core.drop_metadata import as_told, stands_for
from notes_pipeline.core.formats.detect import HEAD_BYTES, is_gzip
from notes_pipeline.core.formats.parse_file import (
    MAX_FILE_BYTES,
    Record,
    holds_lines,
    parse_file,
    reject_file,
    too_large,
)
from notes_pipeline.core.formats.streams import unpacks_to_more
from notes_pipeline.core.identify import is_urgent, object_id
from notes_pipeline.errors import FileError, MissingError
from notes_pipeline.models import ObjectPart, SourceObject, StagedShard, Status
from notes_pipeline.steps.divide_object import WHOLE_BYTES, divide_object
from notes_pipeline.steps.read_objects import facts_of, is_packed, read_head, read_part, vanished
from notes_pipeline.steps.read_siblings import FolderSiblings
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
        unread_siblings: files beside it that would say more of its patients and encounters, and are too large.
    """

    shards: tuple[StagedShard, ...] = ()
    counts: Mapping[Status, int] | None = None
    parts: tuple[ObjectPart, ...] = ()
    waiting: int = 0
    records: int | None = None
    ignored: Mapping[str, int] = field(default_factory=dict)
    unread_siblings: int = 0


def stage_object(staging: Staging, source: SourceObject, now: str) -> Staged:
    """Stage one version of a dropped file, or say how it is divided; doing it again changes nothing."""
    identity, facts = object_id(source), facts_of(staging.notes, source)
    if _is_staged(staging, source, facts):
        return Staged()
    source = as_told(source, facts.metadata)
    siblings = FolderSiblings(staging.notes, source)
    found = _read(staging, source, facts, siblings)
    if isinstance(found, tuple):
        left = unfinished_parts(staging.note_ledger.table, identity, found)
        return Staged(parts=left) if left else _end(staging, identity)
    shards, counts, ignored = list[StagedShard](), Counter[Status](), Counter[str]()
    for part in in_parts(found, _NOTES, _BYTES):
        staged = stage_records(staging, source, identity, part, now)
        shards += staged.shards
        counts += Counter(staged.counts)
        ignored += Counter(staged.ignored)
    return Staged(
        tuple(shards),
        whole_counts(counts),
        waiting=sum(shard.notes for shard in shards),
        records=counts.total(),
        ignored=ignored,
        unread_siblings=siblings.unread,
    )


def stage_part(staging: Staging, source: SourceObject, part: ObjectPart, now: str) -> Staged:
    """Stage a part of a divided file; whichever is finished last says how many records the file has."""
    identity, facts = object_id(source), facts_of(staging.notes, source)
    if _is_staged(staging, source, facts):
        return Staged()
    source = as_told(source, facts.metadata)
    if not unfinished_parts(staging.note_ledger.table, identity, (part,)):
        return _end(staging, identity)
    siblings = FolderSiblings(staging.notes, source)
    records = read_part(staging, source, part, siblings)
    staged = stage_records(staging, source, identity, records, now)
    write_part(staging.note_ledger.table, identity, part, whole_counts(staged.counts), staged.ignored)
    end = _end(staging, identity)
    notes = sum(shard.notes for shard in staged.shards) if is_urgent(source.key) else end.waiting
    return Staged(
        tuple(staged.shards),
        whole_counts(staged.counts),
        waiting=notes,
        records=end.records,
        ignored=end.ignored,
        unread_siblings=siblings.unread,
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


def _read(
    staging: Staging, source: SourceObject, facts: ObjectFacts, siblings: FolderSiblings
) -> Iterator[Record] | tuple[ObjectPart, ...]:
    """Return the records of a file, or how it is divided."""
    try:
        if facts.size > WHOLE_BYTES:
            head = read_head(staging, source)
            if holds_lines(source.key, head, facts.media_type):
                return divide_object(staging, source, facts.size, packed=is_packed(source, head))
            if facts.size > MAX_FILE_BYTES:
                raise too_large(lines=False)
        body = staging.notes.read(source.key, source.version_id)
        is_lines = is_gzip(body) and holds_lines(source.key, body[:HEAD_BYTES], facts.media_type)
        if is_lines and unpacks_to_more(body, WHOLE_BYTES):
            return divide_object(staging, source, facts.size, packed=True)
        return parse_file(source.key, body, staging.rules, facts.media_type, siblings)
    except FileError as error:
        return iter([reject_file(source.key, error)])
    except MissingError:
        return iter([vanished(source)])
