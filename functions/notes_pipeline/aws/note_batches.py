"""Many notes of the ledger in one request: read together, and written all or none.

A transaction that is refused tells that some row of it changed since it was read; its notes then go one by one, the way
that knows what to do about it. So these change how many requests are made, never what comes of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from notes_pipeline.aws.note_ledger import SAME_VERSION, Claim, NoteLedger, note_row, receipt_key, same_version
from notes_pipeline.aws.table import READ_TOGETHER, WRITTEN_TOGETHER, Change, Put, Row
from notes_pipeline.models import ClinicalNote, NoteVersion, Status

Item = TypeVar("Item")
CLAIMED_TOGETHER = READ_TOGETHER
SETTLED_TOGETHER = WRITTEN_TOGETHER // 2  # a note and its receipt each


def in_batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of `size`, the last one shorter."""
    rest = iter(items)
    return iter(lambda: list(islice(rest, size)), [])


def claim_together(ledger: NoteLedger, notes: Sequence[tuple[ClinicalNote, NoteVersion]]) -> list[Claim]:
    """Claim at most 100 different notes; the same as `NoteLedger.claim` of each.

    Raises:
        BusyError: as `NoteLedger.claim`.
    """
    held = _rows(ledger, [note.note_uid for note, _ in notes])
    unknown = [(note, version) for note, version in notes if note.note_uid not in held]
    puts = [Put(note_row(note.note_uid, version), "attribute_not_exists(pk)", {}) for note, version in unknown]
    are_new = bool(puts) and ledger.table.put_together(puts)
    claims = []
    for note, version in notes:
        row = held.get(note.note_uid)
        if row is None:
            claims.append(Claim(status=Status.PENDING) if are_new else ledger.claim(note, version))
        else:
            claims.append(ledger.against(note.note_uid, version, row) or ledger.claim(note, version))
    return claims


def current_rows(ledger: NoteLedger, versions: Sequence[tuple[str, str]]) -> dict[str, Row]:
    """Return the rows, by note uid, of the notes whose version that counts is among these.

    Args:
        versions: note uids and hashes, at most 100; of a note there may be several.
    """
    rows = _rows(ledger, list(dict.fromkeys(uid for uid, _ in versions)))
    return {uid: row for uid, row in rows.items() if (uid, row["content_sha256"]) in versions}


def settle_together(ledger: NoteLedger, rows: Mapping[str, Row], status: Status) -> set[str]:
    """Record how at most 50 notes ended, as `NoteLedger.settle` of each does.

    Args:
        rows: the notes' rows by note uid, as they were read.

    Returns:
        The uids of the notes that it was recorded of; the others have been superseded since.
    """
    puts = [put for row in rows.values() for put in (_settled(row, status), _receipt(row, status))]
    if puts and ledger.table.put_together(puts):
        return set(rows)
    return {uid for uid, row in rows.items() if ledger.settle(uid, row["content_sha256"], status)}


def _rows(ledger: NoteLedger, uids: Sequence[str]) -> dict[str, Row]:
    found = ledger.table.get_all([(f"NOTE#{uid}", "NOTE") for uid in uids])
    return {pk.removeprefix("NOTE#"): row for (pk, _), row in found.items()}


def _settled(row: Row, status: Status) -> Change:
    values = {**same_version(row), "status": status.value}
    return Change(row["pk"], row["sk"], "SET #status = :status", SAME_VERSION, values)


def _receipt(row: Row, status: Status) -> Put:
    receipt = {
        "pk": f"OBJECT#{row['object_id']}",
        "sk": receipt_key(row["record_number"]),
        "status": status.value,
        "note_uid": row["pk"].removeprefix("NOTE#"),
        "content_sha256": row["content_sha256"],
    }
    # From the same status too: what was recorded once, its answer lost, is recorded again.
    return Put(receipt, "#status IN (:pending, :status)", {"pending": Status.PENDING.value, "status": status.value})
