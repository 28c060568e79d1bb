"""A text that was asked for twice, and answered once: it came again before its first answer, in a shard of its own.

The answer counts, whichever comes first. So a note that is summarized is not quarantined any more, and one that was
quarantined leaves quarantine when an answer to the same text comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notes_pipeline.aws.note_ledger import SAME_VERSION, NoteLedger, receipt_key, same_version
from notes_pipeline.aws.table import Change, Row
from notes_pipeline.models import Status


def held_row(ledger: NoteLedger, note_uid: str) -> Row | None:
    """Return a note's row as of now, None if there is no such note."""
    return ledger.table.get(f"NOTE#{note_uid}", "NOTE")


def is_answered(row: Row | None, content_sha256: str) -> bool:
    """Say whether a text is a note's newest, and summarized."""
    return row is not None and (row["content_sha256"], row["status"]) == (content_sha256, Status.SUMMARIZED)


def lift_all(ledger: NoteLedger, rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    """Let those of some notes wait again that are quarantined; yield the drops and records whose reasons are to go.

    A call that is repeated yields them again.

    Args:
        rows: the notes' rows, as they were read.
    """
    for row in rows:
        if row["status"] == Status.QUARANTINED and not ledger.table.put_together(_lifted(row)):
            continue  # it has changed since it was read
        if row["status"] == Status.QUARANTINED or row.get("lifted"):
            yield row["object_id"], row["record_number"]


def _lifted(row: Row) -> list[Change]:
    states = {"status": Status.PENDING.value, "before": Status.QUARANTINED.value}
    note = {**same_version(row), **states, "lifted": True}
    receipt = (f"OBJECT#{row['object_id']}", receipt_key(row["record_number"]))
    return [
        Change(
            row["pk"],
            row["sk"],
            "SET #status = :status, lifted = :lifted",
            f"{SAME_VERSION} AND #status = :before",
            note,
        ),
        Change(*receipt, "SET #status = :status", "#status = :before", states),
    ]
