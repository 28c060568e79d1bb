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
from notes_pipeline.core.identify import file_name, identify_note, object_id
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
from notes_pipeline.steps.write_shards import write_shards

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
    parsed = read_file(staging, source)
    standing = _claim_all(staging.note_ledger, parsed, source, identity)
    pending = [note for note, status in standing.values() if status is Status.PENDING]
    shards = write_shards(staging.work, source, pending, staging.shard_tokens, now)
    quarantine(staging.summaries, source, identity, parsed.rejects)
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


def read_file(staging: Staging, source: SourceObject) -> ParsedFile:
    """Return what a dropped file holds; one reject if it vanished."""
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
        _stand(ledger, note, claim, identity, standing)
    return standing


def claim_one(ledger: NoteLedger, note: ClinicalNote, source: SourceObject, identity: str, standing: Standing) -> None:
    """Claim one version of a note, and add to `standing` where it stands.

    Raises:
        BusyError: as `NoteLedger.claim`.
    """
    _stand(ledger, note, ledger.claim(note, _version(note, source, identity)), identity, standing)


def _stand(ledger: NoteLedger, note: ClinicalNote, claim: Claim, identity: str, standing: Standing) -> None:
    standing[note.record] = (note, claim.status)
    _supersede(ledger, claim, identity, standing)


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
    record = claim.replaced.record
    if claim.replaced.object_id == identity and record in standing:
        standing[record] = (standing[record][0], Status.SUPERSEDED)
    else:
        only_from = (Status.PENDING, Status.SUMMARIZED)
        ledger.mark_receipt(claim.replaced.object_id, record, Status.SUPERSEDED, only_from)


def quarantine_key(identity: str, record: int) -> str:
    """Return the key of the reason why a record of a drop is not summarized."""
    return f"quarantine/{identity}/{record:06d}.json"


def quarantine(summaries: Bucket, source: SourceObject, identity: str, rejects: Sequence[Reject]) -> None:
    """Write the reasons why records of a drop cannot be used."""
    for reject in rejects:
        place = SourceRecord(bucket=source.bucket, key=source.key, version_id=source.version_id, record=reject.record)
        record = QuarantineRecord(source=place, stage="parse", code=reject.code, reason=reject.reason)
        summaries.write(quarantine_key(identity, reject.record), record.model_dump_json(indent=2).encode())


def _counts(standing: Standing, rejects: Sequence[Reject]) -> dict[Status, int]:
    statuses = [status for _, status in standing.values()] + [Status.QUARANTINED] * len(rejects)
    return {status: statuses.count(status) for status in Status}
