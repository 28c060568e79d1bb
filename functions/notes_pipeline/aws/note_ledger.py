"""The ledger's notes, objects and receipts: which version of a note counts, and where every received record stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws.table import Row, Table
from notes_pipeline.core.identify import is_newer
from notes_pipeline.errors import BusyError
from notes_pipeline.models import ClinicalNote, Frozen, NoteVersion, Reject, SourceObject, Status

_TRIES = 8
SAME_VERSION = "content_sha256 = :hash AND object_id = :object AND record_number = :record"


class Claim(Frozen):
    """What came of claiming a note for a drop: its status, and the version it replaced if it amends one."""

    status: Status
    replaced: NoteVersion | None = None


@dataclass(frozen=True)
class NoteLedger:
    """Notes, objects and receipts of one ledger table."""

    table: Table

    def is_staged(self, object_id: str) -> bool:
        """Say whether a drop was staged to the end: its object row is written last."""
        return self.table.get(f"OBJECT#{object_id}", "OBJECT") is not None

    def claim(self, note: ClinicalNote, version: NoteVersion) -> Claim:
        """Make a version the one that counts, unless the ledger holds the same or a newer one.

        Claiming again for the same drop gives the same answer.

        Raises:
            BusyError: other drops of the same note kept winning the race; the message will be delivered again.
        """
        for _ in range(_TRIES):
            held = self.table.get(f"NOTE#{note.note_uid}", "NOTE")
            if held is None:
                if self.table.put(note_row(note.note_uid, version), "attribute_not_exists(pk)"):
                    return Claim(status=Status.PENDING)
                continue
            claim = self.against(note.note_uid, version, held)
            if claim is not None:
                return claim
        raise BusyError("a note's ledger row is contended")

    def against(self, note_uid: str, version: NoteVersion, held: Row) -> Claim | None:
        """Claim against a row that was read; None if it has changed since."""
        known = version_of(held)
        if (known.object_id, known.record) == (version.object_id, version.record):
            return Claim(status=Status.PENDING, replaced=_replaced(held))
        newer = is_newer(version, _last_seen(held, known))
        if known.content_sha256 == version.content_sha256 and held["status"] != Status.QUARANTINED:
            # The owner stays, but a later amendment is compared with where the text was seen last.
            if newer:
                seen = {"seen_object": version.object_id, "seen_record": version.record}
                seen |= version.model_dump(include={"key", "sequencer", "event_time"})
                if not self._replace({**held, **seen}, held):
                    return None
            return Claim(status=Status.DUPLICATE)
        if not newer:
            return Claim(status=Status.SUPERSEDED)
        amended = known.content_sha256 != version.content_sha256 or bool(held.get("amended"))
        # Kept in the row: if the answer of this claim is lost, its repeat must supersede the replaced one all the same.
        row = {**note_row(note_uid, version), "amended": amended, "replaced": known.model_dump_json()}
        return Claim(status=Status.PENDING, replaced=known) if self._replace(row, held) else None

    def _replace(self, row: Row, held: Row) -> bool:
        condition = f"{SAME_VERSION} AND event_time = :time AND sequencer = :sequencer AND #status = :status"
        still = {"time": held["event_time"], "sequencer": held["sequencer"], "status": held["status"]}
        return self.table.put(row, condition, **same_version(held), **still)

    def current(self, note_uid: str) -> tuple[NoteVersion, bool] | None:
        """Return the version of a note that counts, and whether it amends an earlier one."""
        row = self.table.get(f"NOTE#{note_uid}", "NOTE")
        return (version_of(row), bool(row.get("amended"))) if row else None

    def settle(self, note_uid: str, content_sha256: str, status: Status) -> bool:
        """Record how a note version ended, on the note and on its owner's receipt.

        Returns:
            False if the version has been superseded, or its text was answered elsewhere; nothing was recorded then.
        """
        held = self.current(note_uid)
        if held is None or held[0].content_sha256 != content_sha256:
            return False
        condition, values = "content_sha256 = :hash", {"status": status.value, "hash": content_sha256}
        if status is Status.QUARANTINED:
            condition, values = f"{condition} AND #status <> :answered", {**values, "answered": Status.SUMMARIZED.value}
        if not self.table.update(f"NOTE#{note_uid}", "NOTE", "SET #status = :status", condition, **values):
            return False
        self.mark_receipt(held[0].object_id, held[0].record, status, (Status.PENDING,))
        return True

    def mark_receipt(self, object_id: str, record: int, status: Status, only_from: Sequence[Status]) -> None:
        """Move a receipt to a status, from the given statuses only."""
        allowed = " OR ".join(f"#status = :from{index}" for index in range(len(only_from)))
        values = {f"from{index}": status.value for index, status in enumerate(only_from)}
        self.table.update(
            f"OBJECT#{object_id}", receipt_key(record), "SET #status = :status", allowed, status=status.value, **values
        )

    def supersede(self, note_uid: str, content_sha256: str, object_id: str, record: int) -> None:
        """Record on a version's receipt that a newer one replaced it; a receipt that is yet to be written too."""
        before = (Status.PENDING, Status.SUMMARIZED)
        values = {f"from{index}": status.value for index, status in enumerate(before)}
        self.table.update(
            f"OBJECT#{object_id}",
            receipt_key(record),
            "SET #status = :status, note_uid = :uid, content_sha256 = :hash",
            "attribute_not_exists(pk) OR #status IN (:from0, :from1)",
            status=Status.SUPERSEDED.value,
            uid=note_uid,
            hash=content_sha256,
            **values,
        )

    def write_receipts(
        self, object_id: str, notes: Mapping[int, tuple[ClinicalNote, Status]], rejects: Sequence[Reject]
    ) -> None:
        """Write the receipts a drop does not have yet; those it has may have moved on and stay."""
        records = [*notes, *(reject.record for reject in rejects)]
        span = (receipt_key(min(records, default=0)), receipt_key(max(records, default=0)))
        written = {row["sk"] for row in self.table.query_between(f"OBJECT#{object_id}", *span)}
        rows = [
            {
                "pk": f"OBJECT#{object_id}",
                "sk": receipt_key(record),
                "status": status.value,
                "note_uid": note.note_uid,
                "content_sha256": note.content_sha256,
            }
            for record, (note, status) in notes.items()
        ]
        rows += [
            {
                "pk": f"OBJECT#{object_id}",
                "sk": receipt_key(reject.record),
                "status": Status.QUARANTINED.value,
                "code": reject.code,
            }
            for reject in rejects
        ]
        # One may be written meanwhile: by a newer drop that replaces its note, or by a repeat of this.
        self.table.put_new([row for row in rows if row["sk"] not in written])

    def write_object(
        self, object_id: str, source: SourceObject, records: int, ignored: Mapping[str, int], now: str
    ) -> None:
        """Close a drop's staging.

        Args:
            records: that have a receipt.
            ignored: how many have none, by kind.
        """
        row = {"pk": f"OBJECT#{object_id}", "sk": "OBJECT", "records": records, "staged_at": now}
        row |= {"ignored": dict(ignored)} if ignored else {}
        self.table.put({**row, **source.model_dump()})


def receipt_key(record: int) -> str:
    """Return the sort key of a record's receipt; they sort as the records do, up to a hundred million of them."""
    return f"RECORD#{record:08d}"


def note_row(note_uid: str, version: NoteVersion) -> Row:
    """Return the row that makes a version of a note the one that counts."""
    fields = version.model_dump(exclude={"record"})
    status = Status.PENDING.value
    return {"pk": f"NOTE#{note_uid}", "sk": "NOTE", "record_number": version.record, "status": status, **fields}


def version_of(row: Row) -> NoteVersion:
    """Return the version that a note's row holds."""
    return NoteVersion(
        record=row["record_number"],
        **{name: row[name] for name in ("content_sha256", "object_id", "key", "sequencer", "event_time")},
    )


def same_version(row: Row) -> dict[str, Any]:
    """Return the values with which `SAME_VERSION` says that a note's row is still of the version it was read with."""
    return {"hash": row["content_sha256"], "object": row["object_id"], "record": row["record_number"]}


def _last_seen(row: Row, owner: NoteVersion) -> NoteVersion:
    """Return where a version was seen last, as repeats of its text move it on."""
    seen = {"object_id": row.get("seen_object", owner.object_id), "record": row.get("seen_record", owner.record)}
    return owner.model_copy(update=seen)


def _replaced(row: Row) -> NoteVersion | None:
    return NoteVersion.model_validate_json(row["replaced"]) if "replaced" in row else None
