"""Staging quarantined records of a drop again: what was repaired since (a setting, the model) may let them through.

The order is that of staging: what is claimed first, then shards, then what leaves quarantine, then the note of it all,
and the backlog last. So a record has a reason or a place to wait at any time, and a repeat does what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notes_pipeline.aws.redrive_ledger import RedriveLedger
from notes_pipeline.core.drop_metadata import as_told
from notes_pipeline.core.formats.parse_file import WHOLE_FILE
from notes_pipeline.core.formats.reading import Ignored
from notes_pipeline.core.identify import file_name, identify_note
from notes_pipeline.core.redrives import Redrive
from notes_pipeline.models import ClinicalNote, ParsedNote, Reject, SourceObject, Status
from notes_pipeline.steps.read_objects import facts_of, read_records
from notes_pipeline.steps.stage_object import Staged
from notes_pipeline.steps.stage_records import Staging, claim_one, quarantine, quarantine_key
from notes_pipeline.steps.write_shards import write_shards


@dataclass(frozen=True)
class _Parsed:
    """What a file holds now of the records in question."""

    notes: Sequence[ParsedNote]
    rejects: Sequence[Reject]
    ignored: Mapping[str, int]


@dataclass(frozen=True)
class _Restaging:
    staging: Staging
    ledger: RedriveLedger
    redrive: Redrive
    source: SourceObject
    now: str


def restage_records(staging: Staging, redrive: Redrive, now: str) -> Staged:
    """Stage the records of a redrive that are still quarantined; doing it again changes nothing."""
    ledger = RedriveLedger(staging.note_ledger.table)
    shards, counts = ledger.staged(redrive), None
    if shards is None:
        source = ledger.source(redrive.object_id)
        if source is None:
            return Staged()
        source = as_told(source, facts_of(staging.notes, source).metadata)
        restaging = _Restaging(staging, ledger, redrive, source, now)
        parsed = _parsed(staging, source, redrive)
        standing = _claimed(restaging, parsed)
        waiting = [note for note, status in standing.values() if status is Status.PENDING]
        shards = write_shards(staging.work, source, waiting, staging.shard_tokens, now, again=redrive.redrive_id[:8])
        counts = {status: [each for _, each in standing.values()].count(status) for status in Status}
        ledger.write_staged(redrive, shards, counts)
    staging.batch_ledger.add_shards(shards)
    return Staged(tuple(shards), counts, waiting=sum(shard.notes for shard in shards))


def _parsed(staging: Staging, source: SourceObject, redrive: Redrive) -> _Parsed:
    found = list(read_records(staging, source, redrive.records))
    notes = [record for record in found if isinstance(record, ParsedNote)]
    rejects = [record for record in found if isinstance(record, Reject)]
    ignored = [record for record in found if isinstance(record, Ignored)]
    if WHOLE_FILE not in redrive.records:
        rejects += (_needs_nothing(source, record) for record in ignored)
    return _Parsed(notes, rejects, Counter(record.kind for record in ignored))


def _needs_nothing(source: SourceObject, record: Ignored) -> Reject:
    """Return the new reason of a record that has a receipt from before its kind was read, and stays in the books."""
    reason = f"it tells no story ({record.kind}), which was not known when it came: there is nothing to do"
    return Reject(
        record=record.record,
        code="TellsNoStory",
        reason=f"{file_name(source.key)}, record {record.record}: {reason}.",
    )


def _claimed(restaging: _Restaging, parsed: _Parsed) -> dict[int, tuple[ClinicalNote, Status]]:
    """Claim what can be used now, and write a new reason for what cannot."""
    wanted = restaging.redrive.records
    whole = WHOLE_FILE in wanted and all(reject.record != WHOLE_FILE for reject in parsed.rejects)
    if whole and not _leaves(restaging, WHOLE_FILE):
        return {}
    for reject in parsed.rejects:
        if whole or reject.record in wanted:
            quarantine(restaging.staging.summaries, restaging.source, restaging.redrive.object_id, [reject])
            restaging.ledger.write_code(restaging.redrive, reject.record, reject.code)
    notes = (identify_note(note, restaging.source.key) for note in parsed.notes if whole or note.record in wanted)
    standing: dict[int, tuple[ClinicalNote, Status]] = {}
    for note in notes:
        if whole or _leaves(restaging, note.record):
            restaging.ledger.wait_again(note, restaging.redrive.object_id)
            claim_one(restaging.staging.note_ledger, note, restaging.source, restaging.redrive.object_id, standing)
    if whole:
        _open_file(restaging, standing, parsed)
    else:
        for note, status in standing.values():
            restaging.ledger.write_receipt(restaging.redrive, note, status)
    return standing


def _leaves(restaging: _Restaging, record: int) -> bool:
    """Take a record out of quarantine; say whether it is this redrive's."""
    identity = restaging.redrive.object_id
    if not restaging.ledger.take(restaging.redrive, record):
        return False
    restaging.staging.summaries.delete(quarantine_key(identity, record))
    return True


def _open_file(restaging: _Restaging, standing: Mapping[int, tuple[ClinicalNote, Status]], parsed: _Parsed) -> None:
    """Give a file that can be read now the receipts of its records; its own is superseded by them."""
    ledger, identity = restaging.staging.note_ledger, restaging.redrive.object_id
    ledger.write_receipts(identity, standing, parsed.rejects)
    ledger.mark_receipt(identity, WHOLE_FILE, Status.SUPERSEDED, (Status.PENDING,))
    records = 1 + len(standing) + len(parsed.rejects)
    ledger.write_object(identity, restaging.source, records, parsed.ignored, restaging.now)
