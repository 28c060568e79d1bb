"""Staging one dropped object: parse, claim, write shards, keep the books, close.

Order matters. Receipts are written before shards join the backlog, so that no summary can arrive for a receipt that is
not there; the object's own row is written last, so that until then a repeat does everything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_batches import CLAIMED_TOGETHER, claim_together, in_batches
from notes_pipeline.aws.note_ledger import Claim, NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.drop_metadata import as_told, stands_for
from notes_pipeline.core.formats.fields import FieldNames
from notes_pipeline.core.formats.parse_file import WHOLE_FILE, parse_file
from notes_pipeline.core.identify import file_name, identify_note, is_urgent, object_id
from notes_pipeline.core.stage_notes import (
    describe_shard,
    shard_body,
    shard_key,
    shard_notes,
    sidecar_body,
    sidecar_key,
)
from notes_pipeline.errors import MissingError
from notes_pipeline.models import (
    ClinicalNote,
    NoteVersion,
    ParsedFile,
    Reject,
    SourceObject,
    SourceRecord,
    StagedShard,
    Status,
)
from notes_pipeline.records import QuarantineRecord

# A hundred notes are claimed by two requests of some ten milliseconds; a few at a time keep one processor busy.
_CLAIMERS = 4

Standing = dict[int, tuple[ClinicalNote, Status]]


@dataclass(frozen=True)
class Staging:
    """Where staging reads from and writes to."""

    notes: Bucket
    work: Bucket
    summaries: Bucket
    note_ledger: NoteLedger
    batch_ledger: BatchLedger
    names: FieldNames
    shard_tokens: int


@dataclass(frozen=True)
class Staged:
    """What a drop came to: its shards, and how many records have each status."""

    shards: tuple[StagedShard, ...] = ()
    counts: Mapping[Status, int] | None = None


def stage_object(staging: Staging, source: SourceObject, now: str) -> Staged:
    """Stage one version of a dropped file; doing it again changes nothing."""
    identity, metadata = object_id(source), metadata_of(staging.notes, source)
    original = stands_for(source, metadata)
    if any(staging.note_ledger.is_staged(each) for each in (identity, original and object_id(original)) if each):
        return Staged()
    source = as_told(source, metadata)
    parsed = _read(staging, source)
    standing = _claim_all(staging.note_ledger, parsed, source, identity)
    shards = _write_shards(staging, source, identity, standing, now)
    _quarantine(staging.summaries, source, identity, parsed.rejects)
    staging.note_ledger.write_receipts(identity, standing, parsed.rejects)
    staging.batch_ledger.add_shards(shards)
    return Staged(tuple(shards), _counts(standing, parsed.rejects))


def metadata_of(notes: Bucket, source: SourceObject) -> dict[str, str]:
    """Return what a dropped file says of itself; nothing if it vanished."""
    try:
        return notes.metadata(source.key, source.version_id)
    except MissingError:
        return {}


def close_object(staging: Staging, source: SourceObject, staged: Staged) -> None:
    """Write the row that says a drop was staged to the end."""
    if staged.counts is not None:
        staging.note_ledger.write_object(object_id(source), source, sum(staged.counts.values()))


def _read(staging: Staging, source: SourceObject) -> ParsedFile:
    try:
        body = staging.notes.read(source.key, source.version_id)
    except MissingError:
        reason = f"{file_name(source.key)}: it vanished before it was read: drop it again."
        return ParsedFile(rejects=(Reject(record=WHOLE_FILE, code="FileVanished", reason=reason),))
    return parse_file(source.key, body, staging.names)


def _claim_all(ledger: NoteLedger, parsed: ParsedFile, source: SourceObject, identity: str) -> Standing:
    groups: dict[str, list[ClinicalNote]] = {}
    for note in (identify_note(note, source.key) for note in parsed.notes):
        groups.setdefault(note.note_uid, []).append(note)
    with ThreadPoolExecutor(_CLAIMERS) as pool:
        batches = in_batches(groups.values(), CLAIMED_TOGETHER)
        found = pool.map(lambda batch: _claim_batch(ledger, batch, source, identity), batches)
        standing = {record: state for batch in found for record, state in batch.items()}
    return dict(sorted(standing.items()))


def _claim_batch(
    ledger: NoteLedger, groups: Sequence[Sequence[ClinicalNote]], source: SourceObject, identity: str
) -> Standing:
    """Claim the versions of some notes: the first of each together, later ones of the same file in their order."""
    standing: Standing = {}
    firsts = [group[0] for group in groups]
    claims = claim_together(ledger, [(note, _version(note, source, identity)) for note in firsts])
    claimed = [*zip(firsts, claims, strict=True)]
    later = (note for group in groups for note in group[1:])
    claimed += ((note, ledger.claim(note, _version(note, source, identity))) for note in later)
    for note, claim in claimed:
        standing[note.record] = (note, claim.status)
        _supersede(ledger, claim, identity, standing)
    return standing


def _version(note: ClinicalNote, source: SourceObject, identity: str) -> NoteVersion:
    return NoteVersion(
        content_sha256=note.content_sha256,
        object_id=identity,
        record=note.record,
        key=source.key,
        sequencer=source.sequencer,
        event_time=source.event_time,
    )


def _supersede(ledger: NoteLedger, claim: Claim, identity: str, standing: Standing) -> None:
    if claim.replaced is None:
        return
    if claim.replaced.object_id == identity:
        record = claim.replaced.record
        standing[record] = (standing[record][0], Status.SUPERSEDED)
    else:
        only_from = (Status.PENDING, Status.SUMMARIZED)
        ledger.mark_receipt(claim.replaced.object_id, claim.replaced.record, Status.SUPERSEDED, only_from)


def _write_shards(
    staging: Staging, source: SourceObject, identity: str, standing: Standing, now: str
) -> list[StagedShard]:
    pending = [note for note, status in standing.values() if status is Status.PENDING]
    shards = []
    for part, notes in enumerate(shard_notes(pending, staging.shard_tokens), start=1):
        key = shard_key(identity, part, notes)
        staging.work.write(sidecar_key(key), sidecar_body(notes, source))
        staging.work.write(key, shard_body(notes))
        shards.append(describe_shard(key, identity, notes, urgent=is_urgent(source.key), at=now))
    return shards


def _quarantine(summaries: Bucket, source: SourceObject, identity: str, rejects: Sequence[Reject]) -> None:
    for reject in rejects:
        place = SourceRecord(bucket=source.bucket, key=source.key, version_id=source.version_id, record=reject.record)
        record = QuarantineRecord(source=place, stage="parse", code=reject.code, reason=reject.reason)
        summaries.write(f"quarantine/{identity}/{reject.record:06d}.json", record.model_dump_json(indent=2).encode())


def _counts(standing: Standing, rejects: Sequence[Reject]) -> dict[Status, int]:
    statuses = [status for _, status in standing.values()] + [Status.QUARANTINED] * len(rejects)
    return {status: statuses.count(status) for status in Status}
