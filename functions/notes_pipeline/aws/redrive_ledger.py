"""The ledger's side of a redrive: whose a quarantined record is, and what was made of it.

A receipt leaves quarantine by one conditional write, so of two redrives that want it one has it. What a redrive staged
is written down before it joins the backlog: a repeat of it then only puts the same shards there again: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from notes_pipeline.aws.note_ledger import receipt_key
from notes_pipeline.aws.table import READ_TOGETHER, Row, Table
from notes_pipeline.core.redrives import Redrive
from notes_pipeline.models import ClinicalNote, SourceObject, StagedShard, Status

_SHARDS = TypeAdapter(list[StagedShard])


@dataclass(frozen=True)
class RedriveLedger:
    """Redrives of one ledger table."""

    table: Table

    def source(self, object_id: str) -> SourceObject | None:
        """Return the drop of an object that was staged; None if it was not, or was erased."""
        row = self.table.get(f"OBJECT#{object_id}", "OBJECT")
        if row is None or not row.get("key"):
            return None
        return SourceObject(**{name: row[name] for name in SourceObject.model_fields if name in row})

    def receipts(self, object_id: str, records: Sequence[int]) -> dict[int, Row]:
        """Return the receipts there are of some records."""
        found: dict[int, Row] = {}
        for start in range(0, len(records), READ_TOGETHER):
            keys = {(f"OBJECT#{object_id}", receipt_key(each)): each for each in records[start : start + READ_TOGETHER]}
            found |= {keys[key]: row for key, row in self.table.get_all(list(keys)).items()}
        return found

    def take(self, redrive: Redrive, record: int) -> bool:
        """Take a record out of quarantine for a redrive; say whether it has it (again, if it has it already)."""
        return self.table.update(
            f"OBJECT#{redrive.object_id}",
            receipt_key(record),
            "SET #status = :pending, redrive = :id, redrives = :next",
            "redrive = :id OR (#status = :quarantined AND (attribute_not_exists(redrives) OR redrives = :before))",
            pending=Status.PENDING.value,
            quarantined=Status.QUARANTINED.value,
            id=redrive.redrive_id,
            before=redrive.records[record],
            next=redrive.records[record] + 1,
        )

    def wait_again(self, note: ClinicalNote, object_id: str) -> None:
        """Say of a note that waits again that it does, if the record that owns it was quarantined."""
        self.table.update(
            f"NOTE#{note.note_uid}",
            "NOTE",
            "SET #status = :pending",
            "object_id = :object AND record_number = :record AND #status = :quarantined",
            object=object_id,
            record=note.record,
            pending=Status.PENDING.value,
            quarantined=Status.QUARANTINED.value,
        )

    def write_receipt(self, redrive: Redrive, note: ClinicalNote, status: Status) -> None:
        """Write what became of a record that was taken."""
        self.table.update(
            f"OBJECT#{redrive.object_id}",
            receipt_key(note.record),
            "SET #status = :status, note_uid = :uid, content_sha256 = :hash REMOVE code",
            "redrive = :id",
            status=status.value,
            uid=note.note_uid,
            hash=note.content_sha256,
            id=redrive.redrive_id,
        )

    def write_code(self, redrive: Redrive, record: int, code: str) -> None:
        """Write why a record that stays in quarantine cannot be used now; the next redrive of it is another one."""
        times = redrive.records.get(record, 0)
        self.table.update(
            f"OBJECT#{redrive.object_id}",
            receipt_key(record),
            "SET code = :code, redrives = :next",
            "#status = :quarantined AND (attribute_not_exists(redrives) OR redrives = :before)",
            code=code,
            quarantined=Status.QUARANTINED.value,
            before=times,
            next=times + 1,
        )

    def staged(self, redrive: Redrive) -> list[StagedShard] | None:
        """Return the shards that a redrive staged, or None if it has not come so far."""
        row = self.table.get(*_key(redrive))
        return None if row is None else _SHARDS.validate_json(row["shards"])

    def write_staged(self, redrive: Redrive, shards: Sequence[StagedShard], counts: Mapping[Status, int]) -> None:
        """Write down what a redrive staged."""
        pk, sk = _key(redrive)
        told = {status.value: count for status, count in counts.items()}
        self.table.put({"pk": pk, "sk": sk, "shards": _SHARDS.dump_json(list(shards)).decode(), **told})


def _key(redrive: Redrive) -> tuple[str, str]:
    return f"OBJECT#{redrive.object_id}", f"REDRIVE#{redrive.redrive_id}"
