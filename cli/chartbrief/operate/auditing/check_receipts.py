"""Checks of receipts: every record that was received is where its receipt says, and its note agrees."""

from __future__ import annotations

from chartbrief.operate.auditing.check_drops import SINCE
from chartbrief.operate.auditing.finding import Check, Kind

_IDS = f"r.object_id, r.record, r.note_uid, r.content_sha256, o.key, o.version_id, {SINCE} AS since"
_RECEIPTS = f"SELECT {_IDS} FROM receipts r LEFT JOIN objects o USING (object_id)"
_OWNER = "n.object_id = r.object_id AND n.record = r.record"
_NOTE = "EXISTS (SELECT 1 FROM notes n WHERE n.note_uid = r.note_uid"
_IN_WORK = (
    "EXISTS (SELECT 1 FROM contents c WHERE c.note_uid = r.note_uid AND c.content_sha256 = r.content_sha256"
    " AND c.object_id = r.object_id)"
)
_REASON = "SELECT 1 FROM reasons q WHERE q.object_id = r.object_id AND q.record = r.record"
_OTHER = (
    "SELECT 1 FROM receipts t WHERE t.note_uid = r.note_uid AND (t.object_id != r.object_id OR t.record != r.record)"
)

RECEIPTS = (
    Check(
        "pending-nowhere",
        Kind.LOST,
        f"""
        {_RECEIPTS} WHERE r.status = 'pending' AND {_NOTE} AND {_OWNER}) AND NOT {_IN_WORK}
        AND o.object_id IS NOT NULL AND {SINCE} <= :young
        """,
        "The record is pending, and no shard that waits or is with the model holds it.",
        "repair-note",
    ),
    Check(
        "pending-not-newest",
        Kind.BOOKS,
        f"{_RECEIPTS} WHERE r.status = 'pending' AND {_NOTE}) AND NOT {_NOTE} AND {_OWNER})",
        "The record is pending, and another drop of its note counts: it should be superseded or a duplicate.",
        "look-note",
    ),
    Check(
        "note-row-missing",
        Kind.LOST,
        f"{_RECEIPTS} WHERE r.note_uid IS NOT NULL AND NOT {_NOTE})",
        "The record was received, and the ledger does not know its note.",
        "look-file",
    ),
    Check(
        "reason-missing",
        Kind.LOST,
        f"{_RECEIPTS} WHERE r.status = 'quarantined' AND NOT EXISTS ({_REASON} AND q.fault IS NULL)",
        "The record is quarantined, and no reason is written for it.",
        "repair-file",
    ),
    Check(
        "receipt-of-no-note",
        Kind.BOOKS,
        # A file that was rejected as a whole, and could be read later, is superseded by its records.
        f"""
        {_RECEIPTS} WHERE r.note_uid IS NULL AND r.status != 'quarantined' AND NOT (
            r.record = 0 AND r.status = 'superseded'
            AND EXISTS (SELECT 1 FROM receipts t WHERE t.object_id = r.object_id AND t.record != 0)
        )
        """,
        "The receipt names no note, and does not say that the record was rejected.",
        "look-file",
    ),
    Check(
        "summarized-not-newest",
        Kind.BOOKS,
        f"{_RECEIPTS} WHERE r.status = 'summarized' AND {_NOTE}) AND NOT {_NOTE} AND {_OWNER})",
        "The receipt says summarized, and another drop of its note counts.",
        "look-note",
    ),
    Check(
        "duplicate-of-nothing",
        Kind.BOOKS,
        f"""
        {_RECEIPTS} WHERE r.status = 'duplicate' AND r.note_uid IS NOT NULL
        AND NOT EXISTS ({_OTHER} AND t.content_sha256 = r.content_sha256)
        """,
        "The receipt says duplicate, and no other record has this text.",
        "look-note",
    ),
    Check(
        "superseded-by-nothing",
        Kind.BOOKS,
        f"""
        {_RECEIPTS} WHERE r.status = 'superseded' AND r.note_uid IS NOT NULL
        AND NOT EXISTS ({_OTHER} AND (t.content_sha256 != r.content_sha256 OR t.status = 'quarantined'))
        """,
        "The receipt says superseded, and there is no other text of its note.",
        "look-note",
    ),
    Check(
        "receipt-status-unknown",
        Kind.BOOKS,
        f"""
        {_RECEIPTS} WHERE coalesce(r.status, '')
        NOT IN ('pending', 'summarized', 'quarantined', 'duplicate', 'superseded')
        """,
        "The receipt has no status of the books.",
        "look-file",
    ),
    Check(
        "pending-too-long",
        Kind.STALE,
        f"""
        SELECT r.object_id, o.key, o.version_id, {SINCE} AS since, count(*) AS count
        FROM receipts r JOIN objects o USING (object_id)
        WHERE r.status = 'pending' AND {_IN_WORK} GROUP BY r.object_id HAVING min({SINCE}) <= :old
        """,
        "{count} record(s) of the file are still pending.",
        "waiting",
    ),
    Check(
        "reason-of-nothing",
        Kind.ORPHANED,
        """
        SELECT q.object_id, q.record, q.modified AS since FROM reasons q WHERE q.modified <= :young
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.object_id = q.object_id AND r.record = q.record)
        """,
        "A quarantine record lies there for a record that was not received.",
        "look-file",
    ),
    Check(
        "summary-and-reason",
        Kind.DUPLICATED,
        f"{_RECEIPTS} WHERE r.status IN ('summarized', 'duplicate') AND EXISTS ({_REASON})",
        "The receipt does not say quarantined, and a quarantine record is written for the record all the same.",
        "look-file",
    ),
)
