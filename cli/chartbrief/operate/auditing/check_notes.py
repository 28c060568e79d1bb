"""Checks of notes: each has one current summary of the text that counts, or one reason; nothing was written besides."""

from __future__ import annotations

from chartbrief.operate.auditing.finding import Check, Kind

_IDS = "n.note_uid, n.content_sha256, n.object_id, n.record, o.key, n.dropped AS since"
_NOTES = f"SELECT {_IDS} FROM notes n LEFT JOIN objects o USING (object_id)"
_OWN = "SELECT 1 FROM summaries s WHERE s.note_uid = n.note_uid AND s.content_sha256 = n.content_sha256"
_CURRENT = "s.status = 'draft' AND s.fault IS NULL"
_OWNER = "FROM receipts r WHERE r.object_id = n.object_id AND r.record = n.record"
# A copy of an old file says it was dropped long ago; while it is staged, its notes have no receipts yet.
_DROPPED = "coalesce((SELECT max(v.modified) FROM versions v WHERE v.object_id = n.object_id), n.dropped, 0)"
_DRAFTS = (
    "(SELECT count(*) FROM summaries s WHERE s.note_uid = n.note_uid AND s.status = 'draft' AND s.modified <= :young)"
)

NOTES = (
    Check(
        "summary-missing",
        Kind.LOST,
        f"{_NOTES} WHERE n.status = 'summarized' AND NOT EXISTS ({_OWN})",
        "The note is summarized, and there is no summary record of its text.",
        "repair-note",
    ),
    Check(
        "summary-not-current",
        Kind.LOST,
        f"{_NOTES} WHERE n.status = 'summarized' AND EXISTS ({_OWN}) AND NOT EXISTS ({_OWN} AND {_CURRENT})",
        "The note is summarized, and the summary record of its text is superseded, or cannot be read.",
        "repair-note",
    ),
    Check(
        "two-current-summaries",
        Kind.DUPLICATED,
        """
        SELECT n.note_uid, max(s.modified) AS since, count(*) AS count FROM notes n JOIN summaries s USING (note_uid)
        WHERE s.status = 'draft' AND s.modified <= :young GROUP BY n.note_uid HAVING count(*) > 1
        """,
        "The note has {count} summaries that are marked current.",
        "look-note",
    ),
    Check(
        "old-text-current",
        Kind.STALE,
        f"""
        SELECT n.note_uid, s.content_sha256, n.object_id, n.record, o.key, s.modified AS since
        FROM notes n JOIN summaries s USING (note_uid) LEFT JOIN objects o USING (object_id)
        WHERE n.status IN ('summarized', 'quarantined') AND s.content_sha256 != n.content_sha256
        AND s.status = 'draft' AND s.modified <= :young AND {_DRAFTS} = 1
        """,
        "The summary that is marked current is of a text that is not the note's newest.",
        "look-note",
    ),
    Check(
        "summary-of-quarantined",
        Kind.DUPLICATED,
        f"{_NOTES} WHERE n.status = 'quarantined' AND EXISTS ({_OWN} AND {_CURRENT} AND s.modified <= :young)",
        "The note is quarantined, and a summary of its text is marked current.",
        "look-note",
    ),
    Check(
        "note-without-receipt",
        Kind.BOOKS,
        f"{_NOTES} WHERE {_DROPPED} <= :young AND NOT EXISTS (SELECT 1 {_OWNER})",
        "The note's row names a record for which there is no receipt.",
        "look-note",
    ),
    Check(
        "note-and-receipt-differ",
        Kind.BOOKS,
        f"""
        {_NOTES} WHERE EXISTS (SELECT 1 {_OWNER} AND (r.status IS NOT n.status OR r.note_uid IS NOT n.note_uid
        OR r.content_sha256 IS NOT n.content_sha256))
        """,
        "The note's row and its record's receipt do not say the same.",
        "look-note",
    ),
    Check(
        "note-status-unknown",
        Kind.BOOKS,
        f"{_NOTES} WHERE coalesce(n.status, '') NOT IN ('pending', 'summarized', 'quarantined')",
        "The note's row has no status that a note can have.",
        "look-note",
    ),
    Check(
        "summary-of-nothing",
        Kind.ORPHANED,
        """
        SELECT s.note_uid, s.content_sha256, s.modified AS since FROM summaries s WHERE s.modified <= :young
        AND NOT EXISTS (
            SELECT 1 FROM receipts r WHERE r.note_uid = s.note_uid AND r.content_sha256 = s.content_sha256
        )
        """,
        "A summary record lies there for a text that was not received.",
        "look-note",
    ),
    Check(
        "summary-misplaced",
        Kind.ORPHANED,
        """
        SELECT s.note_uid, s.content_sha256, s.modified AS since, s.fault FROM summaries s
        WHERE s.fault IS NOT NULL OR coalesce(s.status, '') NOT IN ('draft', 'superseded')
        """,
        "The summary record is not the one that its key says, or cannot be read.",
        "look-note",
    ),
)
