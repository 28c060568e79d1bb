"""Finding what is a subject's: wherever a record says whose it is, every version of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chartbrief.errors import UsageError
from chartbrief.operate.forgetting.find_dropped import DroppedVersion, find_in
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.forgetting.versions import Held, Stored, read_version, stored
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.errors import MissingError

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
    readers: tuple[tuple[str, str, Callable[[Places, Subject, Traces, Stored, Held], None]], ...] = (
        (places.work, "staged/", _sidecar),
        (places.work, "batches/", _records),
        (places.summaries, "by_note/", _summary),
        (places.summaries, "table/", _table),
        # What the others say of a note whose own record names no patient is known then.
        (places.notes, "", _dropped),
    )
    count = 0
    for bucket, prefix, read in readers:
        for version, held in bodies(_readable(stored(bucket, prefix))):
            read(places, subject, traces, version, held)
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


def bodies(versions: Iterable[Stored]) -> Iterator[tuple[Stored, Held]]:
    """Yield versions with what they hold; those that vanish meanwhile are left out."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for some in in_batches(versions, _TOGETHER):
            for version, held in zip(some, pool.map(_held, some), strict=True):
                if held is not None:
                    yield version, held


def _held(version: Stored) -> Held | None:
    try:
        return read_version(version)
    except MissingError:
        return None


def _dropped(places: Places, subject: Subject, traces: Traces, version: Stored, held: Held) -> None:
    found = find_in(subject, version, held, places.names)
    if found:
        traces.dropped.append(found)


def _sidecar(_: Places, subject: Subject, traces: Traces, version: Stored, held: Held) -> None:
    if version.key.endswith(".notes.jsonl") and any(_lines_of(subject, held.body)):
        traces.shards.add(version.key.removesuffix(".notes.jsonl") + ".jsonl")


def _records(_: Places, subject: Subject, __: Traces, version: Stored, held: Held) -> None:
    if "/records/" in version.key:
        list(_lines_of(subject, held.body))


def _lines_of(subject: Subject, body: bytes) -> Iterator[bool]:
    for line in body.splitlines():
        yield _take(subject, json.loads(line))


def _summary(_: Places, subject: Subject, __: Traces, ___: Stored, held: Held) -> None:
    _take(subject, json.loads(held.body))


def _take(subject: Subject, said: dict[str, Any]) -> bool:
    """Learn from a sidecar's line or a summary's record, if it is the subject's; say whether it is."""
    key = said["source"]["key"]
    if not subject.is_meant(key, said.get("patient_id"), said.get("note_id")):
        return False
    subject.add(key, said, (said["note_uid"], said["content_sha256"]), said.get("summary", ""))
    return True


def _table(_: Places, subject: Subject, __: Traces, version: Stored, held: Held) -> None:
    from notes_pipeline.core.parquet import from_parquet

    if not version.key.endswith(".parquet"):
        return
    for row in from_parquet(held.body):
        if subject.is_meant(row["source_key"], row["patient_id"], row["note_id"]):
            subject.add(row["source_key"], row, (row["note_uid"], row["content_sha256"]), row["summary"])
