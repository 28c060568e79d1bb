"""Finding what is a subject's: wherever a record says whose it is, every version of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chartbrief.errors import UsageError
from chartbrief.operate.forgetting.dropped import RawRecord, raw_records
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.forgetting.versions import Stored, read_version, stored
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.core.formats.parse_file import WHOLE_FILE, parse_file
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import identify_note, object_id
from notes_pipeline.errors import MissingError
from notes_pipeline.models import ParsedNote, SourceObject

# Objects are read some tens at once: each waits some tens of milliseconds.
AT_ONCE = 16
_TOGETHER = 64
# An object is held whole, and its text beside it.
MOST_BYTES = 1_000_000_000
Said = TypeVar("Said")


@dataclass(frozen=True)
class Places:
    """The buckets of a deployment, and what files' fields are called."""

    notes: str
    work: str
    summaries: str
    names: ReadingRules


@dataclass(frozen=True)
class DroppedVersion:
    """A version of a dropped file that holds records of the subject.

    Attributes:
        numbers: of these records.
        others: how many other records it holds.
    """

    version: Stored
    object_id: str
    numbers: frozenset[int]
    others: int


@dataclass
class Traces:
    """What was found: versions of dropped files, and shards, by their keys."""

    dropped: list[DroppedVersion] = field(default_factory=list)
    shards: set[str] = field(default_factory=set)


def find(places: Places, subject: Subject, tell: Callable[[int], None]) -> Traces:
    """Look through dropped files, sidecars, summaries and tables; `subject` learns what is found.

    Args:
        tell: told how many objects were read.

    Raises:
        UsageError: an object is too large to be searched.
    """
    traces = Traces()
    readers: tuple[tuple[str, str, Callable[[Places, Subject, Traces, Stored, bytes], None]], ...] = (
        (places.notes, "", _dropped),
        (places.work, "staged/", _sidecar),
        (places.work, "batches/", _records),
        (places.summaries, "by_note/", _summary),
        (places.summaries, "table/", _table),
    )
    count = 0
    for bucket, prefix, read in readers:
        for version, body in bodies(_readable(stored(bucket, prefix))):
            read(places, subject, traces, version, body)
            count += 1
            tell(count)
    return traces


def _readable(versions: Iterable[Stored]) -> Iterator[Stored]:
    for version in versions:
        if version.size > MOST_BYTES:
            raise UsageError(
                f"A file of {version.size:,} bytes was dropped: one of over {MOST_BYTES:,} is not searched."
            )
        if not version.is_marker:
            yield version


def bodies(versions: Iterable[Stored]) -> Iterator[tuple[Stored, bytes]]:
    """Yield versions with their bytes; those that vanish meanwhile are left out."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for some in in_batches(versions, _TOGETHER):
            for version, body in zip(some, pool.map(_body, some), strict=True):
                if body is not None:
                    yield version, body


def _body(version: Stored) -> bytes | None:
    try:
        return read_version(version)
    except MissingError:
        return None


def _dropped(places: Places, subject: Subject, traces: Traces, version: Stored, body: bytes) -> None:
    names = places.names
    records = raw_records(version.key, body, names.note_id, names.note)
    mine = {each.number for each in records if each.number > 0 and _is_mine(subject, names, version.key, each)}
    if not mine:
        return
    source = SourceObject(bucket=version.bucket, key=version.key, version_id=version.version_id)
    identity = object_id(source)
    by_number = {each.number: each for each in records}
    for number in mine:
        fields = by_number[number].fields or {}
        said = {"note_id": fields.get(names.note_id.lower()), "encounter_id": fields.get("encounter_id")}
        subject.add(version.key, said, None)
        subject.records.add((identity, number))
    for each in parse_file(version.key, body, names):
        if not isinstance(each, ParsedNote) or each.record not in mine:
            continue
        note = identify_note(each, version.key)
        subject.add(version.key, {}, (note.note_uid, note.content_sha256), note.text)
    others = sum(each.number > 0 for each in records) - len(mine)
    if not others:
        subject.records.add((identity, WHOLE_FILE))
    traces.dropped.append(DroppedVersion(version, identity, frozenset(mine), others))


def _is_mine(subject: Subject, names: ReadingRules, key: str, record: RawRecord) -> bool:
    if record.fields is not None:
        patient, note = (record.fields.get(name.lower()) for name in (names.patient_id, names.note_id))
        return subject.is_meant(key, patient, note)
    # Nobody can tell whose a broken record is; one that has the id in it, whole, is taken for theirs.
    return any(is_in(word, record.text) for word in {subject.patient, *subject.notes} - {""})


def is_in(word: str, text: str) -> bool:
    """Say whether a text has a word that is not a part of a longer one."""
    return word in text and re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def _sidecar(_: Places, subject: Subject, traces: Traces, version: Stored, body: bytes) -> None:
    if version.key.endswith(".notes.jsonl") and any(_lines_of(subject, body)):
        traces.shards.add(version.key.removesuffix(".notes.jsonl") + ".jsonl")


def _records(_: Places, subject: Subject, __: Traces, version: Stored, body: bytes) -> None:
    if "/records/" in version.key:
        list(_lines_of(subject, body))


def _lines_of(subject: Subject, body: bytes) -> Iterator[bool]:
    for line in body.splitlines():
        yield _take(subject, json.loads(line))


def _summary(_: Places, subject: Subject, __: Traces, ___: Stored, body: bytes) -> None:
    _take(subject, json.loads(body))


def _take(subject: Subject, said: dict[str, Any]) -> bool:
    """Learn from a sidecar's line or a summary's record, if it is the subject's; say whether it is."""
    key = said["source"]["key"]
    if not subject.is_meant(key, said.get("patient_id"), said.get("note_id")):
        return False
    subject.add(key, said, (said["note_uid"], said["content_sha256"]), said.get("summary", ""))
    return True


def _table(_: Places, subject: Subject, __: Traces, version: Stored, body: bytes) -> None:
    from notes_pipeline.core.parquet import from_parquet

    if not version.key.endswith(".parquet"):
        return
    for row in from_parquet(body):
        if subject.is_meant(row["source_key"], row["patient_id"], row["note_id"]):
            subject.add(row["source_key"], row, (row["note_uid"], row["content_sha256"]), row["summary"])
