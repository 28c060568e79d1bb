"""Mending what an audit has found lost: a file is announced again, a note goes to the model again.

Only what makes nothing worse is done: announcing a file that was staged does nothing, and a summary that is made again
is written over itself. What contradicts itself otherwise is for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chartbrief.deployment import Deployment
from chartbrief.operate.auditing.deployed import Deployed, places_of
from chartbrief.operate.auditing.finding import Finding
from chartbrief.operate.backfill.doors import announce
from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_ledger import NoteLedger, receipt_key
from notes_pipeline.aws.redrive_ledger import RedriveLedger
from notes_pipeline.aws.table import Change, Table
from notes_pipeline.core.drop_metadata import event_time
from notes_pipeline.core.formats.reading import rules_of
from notes_pipeline.core.identify import digest, identify_note
from notes_pipeline.errors import MissingError
from notes_pipeline.models import ClinicalNote, ParsedNote, Reject, SourceObject, Status
from notes_pipeline.steps.read_objects import read_records
from notes_pipeline.steps.stage_records import Staging, quarantine
from notes_pipeline.steps.write_shards import write_shards

_ANNOUNCED = ("not-staged", "staging-unfinished")
# What a note and its receipt say that is not so, by the finding that shows it; they wait again.
_UNTRUE = {
    "summary-missing": Status.SUMMARIZED,
    "summary-not-current": Status.SUMMARIZED,
    "reason-missing": Status.QUARANTINED,
}
_GIVEN_AGAIN = ("pending-nowhere", *_UNTRUE)
_TAKEN_OFF = ("shard-text-gone", "shard-waits-again")
_TAG_DIGITS = 8


@dataclass
class Repaired:
    """What was done.

    Attributes:
        announced: files.
        given: notes that wait for the model again.
        reasons: of rejected records, written again.
        taken_off: shards that wait no more.
        left: findings that are for a person, by code.
    """

    announced: int = 0
    given: int = 0
    reasons: int = 0
    taken_off: int = 0
    left: dict[str, int] = field(default_factory=dict)

    def leave(self, finding: Finding) -> None:
        """Count a finding that stays."""
        self.left[finding.code] = self.left.get(finding.code, 0) + 1


def repair(deployment: Deployment, findings: Iterable[Finding], now: datetime) -> Repaired:
    """Mend what can be mended of an audit's findings.

    Raises:
        DependencyError: a service failed; what was done is done, and the next audit finds the rest.
    """
    deployed, repaired = places_of(deployment), Repaired()
    lost: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code in _ANNOUNCED and finding.key:
            _announce(deployment, deployed, finding)
            repaired.announced += 1
        elif finding.code in _GIVEN_AGAIN and finding.object_id:
            lost.setdefault(finding.object_id, []).append(finding)
        elif finding.code in _TAKEN_OFF and finding.shard:
            repaired.taken_off += _take_off(deployed.table, finding.shard)
        else:
            repaired.leave(finding)
    staging = staging_of(deployed, deployment.parameters) if lost else None
    for object_id, some in lost.items():
        repaired.given += _give_again(staging, object_id, some, now, repaired) if staging else 0
    if repaired.given:
        messages.send(deployment.names["BatchNowQueue"], reason="repaired")
    return repaired


def staging_of(deployed: Deployed, parameters: Mapping[str, str]) -> Staging:
    """Return where staging reads and writes, as the template gives it to its function."""
    return Staging(
        notes=deployed.notes,
        work=deployed.work,
        summaries=deployed.summaries,
        note_ledger=NoteLedger(deployed.table),
        batch_ledger=BatchLedger(deployed.table),
        rules=rules_of(parameters),
        shard_tokens=int(parameters["ShardTokens"]),
    )


def _announce(deployment: Deployment, deployed: Deployed, finding: Finding) -> None:
    version = "" if finding.version_id in (None, "null") else str(finding.version_id)
    dropped = datetime.fromisoformat(finding.since) if finding.since else datetime.now(UTC)
    source = SourceObject(
        bucket=deployed.notes.name, key=finding.key or "", version_id=version, event_time=event_time(dropped)
    )
    try:
        size = deployed.notes.facts(source.key, version).size
    except MissingError:
        size = 0  # it has vanished since: staging writes that as its reason
    announce(deployment.names["NotesUploadedQueue"], source, size)


def _take_off(table: Table, shard: str) -> bool:
    """Take a shard off the backlog for good, if it waits still."""
    change = "SET divided = :yes REMOVE backlog"
    return table.update(f"SHARD#{shard}", "SHARD", change, "attribute_exists(backlog)", yes=True)


def _give_again(
    staging: Staging, object_id: str, findings: Sequence[Finding], now: datetime, repaired: Repaired
) -> int:
    """Write the lost notes of a file into shards of their own; return how many were."""
    source = RedriveLedger(staging.note_ledger.table).source(object_id)
    wanted = {int(finding.record): finding for finding in findings if finding.record is not None}
    found = {record.record: record for record in read_records(staging, source, list(wanted))} if source else {}
    again = []
    for number, finding in wanted.items():
        record = found.get(number)
        note = identify_note(record, source.key) if source and isinstance(record, ParsedNote) else None
        if note and _is_of(finding, note) and _waits(staging.note_ledger.table, object_id, finding):
            again.append(note)
        elif source and isinstance(record, Reject) and finding.note_uid is None:
            quarantine(staging.summaries, source, object_id, [record])
            repaired.reasons += 1
        else:
            repaired.leave(finding)
    if source and again:
        tag = digest(object_id, now.isoformat())[:_TAG_DIGITS]
        shards = write_shards(staging.work, source, again, staging.shard_tokens, now.isoformat(), again=tag)
        staging.batch_ledger.add_shards(shards)
    return len(again)


def _is_of(finding: Finding, note: ClinicalNote) -> bool:
    """Say whether a file still holds the text that was lost: names of fields may have been changed since."""
    return (note.note_uid, note.content_sha256) == (finding.note_uid, finding.content_sha256)


def _waits(table: Table, object_id: str, finding: Finding) -> bool:
    """Have a note and its receipt say that they wait, if they say something that is not so; say whether they do."""
    if finding.code not in _UNTRUE:
        return True
    same = "content_sha256 = :hash AND #status = :untrue"
    values = {
        "hash": finding.content_sha256,
        "untrue": _UNTRUE[finding.code].value,
        "pending": Status.PENDING.value,
    }
    keys = ((f"NOTE#{finding.note_uid}", "NOTE"), (f"OBJECT#{object_id}", receipt_key(int(finding.record or 0))))
    return table.put_together([Change(*key, "SET #status = :pending", same, values) for key in keys])
