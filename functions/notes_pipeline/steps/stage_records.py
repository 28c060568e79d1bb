"""Staging the records of one drop, or of a part of it: claim, write shards, keep the books, join the backlog.

Order matters. Receipts are written before shards join the backlog, so that no summary can arrive for a receipt that is
not there; what it all came to is kept before that, so that a repeat puts the same shards there and no others. All of it
can be done again, by the same part or at once with others of the same drop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_batches import CLAIMED_TOGETHER, claim_together, in_batches
from notes_pipeline.aws.note_ledger import Claim, NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.staged_records import StagedRecords, find_staged, keep_staged
from notes_pipeline.core.formats.parse_file import Record
from notes_pipeline.core.formats.reading import Ignored, ReadingRules
from notes_pipeline.core.identify import identify_note
from notes_pipeline.models import (
    ClinicalNote,
    NoteVersion,
    ParsedNote,
    Reject,
    SourceObject,
    SourceRecord,
    Status,
)
from notes_pipeline.records import QuarantineRecord
from notes_pipeline.steps.write_shards import write_shards

# A hundred notes are claimed by two requests of some ten milliseconds; a few at a time keep one processor busy.
_CLAIMERS = 4
_WRITERS = 8

Standing = dict[int, tuple[ClinicalNote, Status]]


@dataclass(frozen=True)
class Staging:
    """Where staging reads from and writes to."""

    notes: Bucket
    work: Bucket
    summaries: Bucket
    note_ledger: NoteLedger
    batch_ledger: BatchLedger
    rules: ReadingRules
    shard_tokens: int


def stage_records(
    staging: Staging, source: SourceObject, identity: str, records: Iterable[Record], now: str
) -> StagedRecords:
    """Stage some records of a drop; return their shards and how many records have each status.

    Args:
        identity: the drop's id.
        records: so many as memory holds.
    """
    found, table = list(records), staging.note_ledger.table
    first = found[0].record if found else 0
    staged = find_staged(table, identity, first)
    if staged is None:
        staged = keep_staged(table, identity, first, _stage(staging, source, identity, found, now))
    staging.batch_ledger.add_shards(staged.shards)
    return staged


def _stage(staging: Staging, source: SourceObject, identity: str, records: Sequence[Record], now: str) -> StagedRecords:
    """Do everything but join the backlog."""
    rejects = [record for record in records if isinstance(record, Reject)]
    notes = (record for record in records if isinstance(record, ParsedNote))
    standing = _claim_all(staging.note_ledger, notes, source, identity)
    pending = [note for note, status in standing.values() if status is Status.PENDING]
    shards = write_shards(staging.work, source, pending, staging.shard_tokens, now)
    quarantine(staging.summaries, source, identity, rejects)
    staging.note_ledger.write_receipts(identity, standing, rejects)
    counts = Counter(status for _, status in standing.values())
    ignored = Counter(record.kind for record in records if isinstance(record, Ignored))
    return StagedRecords(shards, counts + Counter({Status.QUARANTINED: len(rejects)}), ignored)


def _claim_all(ledger: NoteLedger, notes: Iterable[ParsedNote], source: SourceObject, identity: str) -> Standing:
    groups: dict[str, list[ClinicalNote]] = {}
    for note in (identify_note(note, source.key) for note in notes):
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
    _supersede(ledger, note.note_uid, claim, identity, standing)


def _version(note: ClinicalNote, source: SourceObject, identity: str) -> NoteVersion:
    return NoteVersion(
        content_sha256=note.content_sha256,
        object_id=identity,
        record=note.record,
        key=source.key,
        sequencer=source.sequencer,
        event_time=source.event_time,
    )


def _supersede(ledger: NoteLedger, note_uid: str, claim: Claim, identity: str, standing: Standing) -> None:
    if claim.replaced is None:
        return
    record = claim.replaced.record
    if claim.replaced.object_id == identity and record in standing:
        standing[record] = (standing[record][0], Status.SUPERSEDED)
    else:
        ledger.supersede(note_uid, claim.replaced.content_sha256, claim.replaced.object_id, record)


def quarantine_key(identity: str, record: int) -> str:
    """Return the key of the reason why a record of a drop is not summarized."""
    return f"quarantine/{identity}/{record:06d}.json"


def quarantine(summaries: Bucket, source: SourceObject, identity: str, rejects: Sequence[Reject]) -> None:
    """Write the reasons why records of a drop cannot be used."""

    def write(reject: Reject) -> None:
        place = SourceRecord(bucket=source.bucket, key=source.key, version_id=source.version_id, record=reject.record)
        record = QuarantineRecord(source=place, stage="parse", code=reject.code, reason=reject.reason)
        summaries.write(quarantine_key(identity, reject.record), record.model_dump_json(indent=2).encode())

    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(write, rejects))


def in_parts(records: Iterable[Record], most: int, most_bytes: int) -> Iterator[list[Record]]:
    """Yield records in parts of at most so many, and of about so many bytes of text."""
    part, held = list[Record](), 0
    for record in records:
        part.append(record)
        held += len(record.text) if isinstance(record, ParsedNote) else 0
        if len(part) >= most or held >= most_bytes:
            yield part
            part, held = [], 0
    if part:
        yield part


def whole_counts(counts: Mapping[Status, int]) -> dict[Status, int]:
    """Return the counts of every status, also of those that no record has."""
    return {status: counts.get(status, 0) for status in Status}
