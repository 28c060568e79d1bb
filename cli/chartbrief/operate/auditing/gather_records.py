"""What was written for the notes, as evidence: summary records, quarantine records, and what the live shards hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from chartbrief.operate.auditing.evidence import Evidence, Fact
from chartbrief.operate.listings import Entry, entries, parts
from chartbrief.operate.streams import merged
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.stage_notes import sidecar_key
from notes_pipeline.errors import MissingError

SUMMARIES, REASONS = "by_note/", "quarantine/"
# As many as the pipeline's own client keeps connections for: each waits for S3 some tens of milliseconds.
READERS = 32
DRAFT = "draft"
# What is said of a record that is not what its key says.
UNREADABLE, MISPLACED, WITHOUT_REASON = "unreadable", "misplaced", "without a reason"
_LIVE = """
    SELECT s.shard, s.object_id FROM shards s LEFT JOIN batches b USING (batch_id)
    WHERE s.is_waiting OR b.status != 'finished'
"""
Listing = Iterable[Callable[[], Iterator[Entry]]]


def gather_records(evidence: Evidence, summaries: Bucket, *, read_all: bool) -> None:
    """Take down every summary and quarantine record.

    Args:
        read_all: whether every summary record is read; else only those of notes that have several, and the others are
            taken to be current and what their keys say.
    """
    take_summaries(evidence, summaries, parts(summaries.name, SUMMARIES), read_all=read_all)
    if not read_all:
        several = [partial(entries, summaries.name, f"{SUMMARIES}{uid}/") for uid in evidence.drop_several()]
        take_summaries(evidence, summaries, several)
    take_reasons(evidence, summaries, parts(summaries.name, REASONS))


def take_summaries(evidence: Evidence, summaries: Bucket, listing: Listing, *, read_all: bool = True) -> None:
    """Take down the summary records of a listing."""
    readers = [partial(_read_all, summaries, reader, _summary if read_all else _listed) for reader in listing]
    for facts in merged(readers, READERS):
        evidence.add("summaries", facts)


def take_reasons(evidence: Evidence, summaries: Bucket, listing: Listing) -> None:
    """Take down the quarantine records of a listing."""
    for facts in merged([partial(_read_all, summaries, reader, _reason) for reader in listing], READERS):
        evidence.add("reasons", facts)


def gather_contents(evidence: Evidence, work: Bucket) -> None:
    """Take down which notes the shards hold that wait or are with the model."""
    live = [(row["shard"], row["object_id"]) for row in evidence.ask(_LIVE)]
    readers = [partial(_contents, work, *shard) for shard in live]
    for found in merged(readers, READERS):
        evidence.add("contents", [fact for fact in found if len(fact) > 1])
        evidence.add("gone", [fact for fact in found if len(fact) == 1])


def _read_all(
    bucket: Bucket, listing: Callable[[], Iterator[Entry]], read: Callable[[Bucket, Entry], Fact]
) -> Iterator[Fact]:
    for entry in listing():
        yield read(bucket, entry)


def _listed(_: Bucket, entry: Entry) -> Fact:
    uid, content = _names(entry.key, SUMMARIES)
    return uid, content, DRAFT, entry.modified, None


def _summary(bucket: Bucket, entry: Entry) -> Fact:
    uid, content = _names(entry.key, SUMMARIES)
    said = _json(bucket, entry.key)
    if said is None:
        return uid, content, None, entry.modified, UNREADABLE
    is_in_place = (said.get("note_uid"), said.get("content_sha256")) == (uid, content)
    is_written = bool(said.get("summary"))
    fault = None if is_in_place and is_written else MISPLACED if is_written else UNREADABLE
    return uid, content, said.get("status"), entry.modified, fault


def _reason(bucket: Bucket, entry: Entry) -> Fact:
    object_id, name = _names(entry.key, REASONS)
    record = int(name) if name.isdigit() else name
    said = _json(bucket, entry.key)
    if said is None:
        return object_id, record, None, entry.modified, UNREADABLE
    fault = None if said.get("code") and said.get("reason") else WITHOUT_REASON
    return object_id, record, said.get("code"), entry.modified, fault


def _names(key: str, prefix: str) -> tuple[str, str]:
    folder, _, name = key.removeprefix(prefix).partition("/")
    return folder, name.removesuffix(".json")


def _json(bucket: Bucket, key: str) -> dict[str, Any] | None:
    try:
        found = json.loads(bucket.read(key))
    except (ValueError, MissingError):
        return None
    return found if isinstance(found, dict) else None


def _contents(work: Bucket, shard: str, object_id: str) -> Iterator[Fact]:
    """Yield what a shard holds; its name alone if its text, or the list of its notes, is gone."""
    try:
        lines = work.read(sidecar_key(shard)).splitlines()
        work.facts(shard)
    except MissingError:
        yield (shard,)
        return
    for line in lines:
        said = json.loads(line)
        yield shard, object_id, said["note_uid"], said["content_sha256"]
