"""Checks of what was dropped: every version in the bucket was staged to its end, and every row has its version."""

from __future__ import annotations

from chartbrief.operate.auditing.finding import Check, Kind

# When a record can have come to be where it stands. A copy of an old file says it was dropped long ago.
SINCE = "coalesce(o.staged, (SELECT max(v.modified) FROM versions v WHERE v.object_id = o.object_id), o.dropped)"

DROPS = (
    Check(
        "not-staged",
        Kind.LOST,
        """
        SELECT v.object_id, v.key, v.version_id, v.modified AS since FROM versions v
        WHERE v.modified <= :young
        AND NOT EXISTS (SELECT 1 FROM objects o WHERE o.object_id = v.object_id)
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.object_id = v.object_id)
        """,
        "The file was dropped and never staged: no record of it was received.",
        "announce",
    ),
    Check(
        "staging-unfinished",
        Kind.LOST,
        """
        SELECT r.object_id, max(v.key) AS key, max(v.version_id) AS version_id, max(v.modified) AS since,
               count(DISTINCT r.record) AS count
        FROM receipts r LEFT JOIN versions v USING (object_id)
        WHERE NOT EXISTS (SELECT 1 FROM objects o WHERE o.object_id = r.object_id)
        AND NOT EXISTS (SELECT 1 FROM shards s WHERE s.object_id = r.object_id AND s.since > :young)
        GROUP BY r.object_id HAVING coalesce(max(v.modified), 0) <= :young
        """,
        "Staging stopped half-way: {count} receipt(s), and no row that closes the file.",
        "announce",
    ),
    Check(
        "overwritten-unstaged",
        Kind.LOST,
        """
        SELECT v.object_id, v.key, v.version_id, v.modified AS since FROM versions v JOIN objects o USING (object_id)
        WHERE v.version_id = 'null' AND v.modified > o.dropped + 60 AND v.modified <= :young
        """,
        "The bucket keeps no versions, and the file was written again after it was staged: that text was not seen.",
        "versioning",
    ),
    Check(
        "receipts-missing",
        Kind.LOST,
        f"""
        SELECT o.object_id, o.key, o.version_id, {SINCE} AS since, o.records AS count,
               (SELECT count(*) FROM receipts r WHERE r.object_id = o.object_id) AS found
        FROM objects o WHERE o.records > (SELECT count(*) FROM receipts r WHERE r.object_id = o.object_id)
        """,
        "The file held {count} records and has {found} receipts.",
        "drop-again",
    ),
    Check(
        "receipts-too-many",
        Kind.BOOKS,
        f"""
        SELECT o.object_id, o.key, o.version_id, {SINCE} AS since, o.records AS count,
               (SELECT count(*) FROM receipts r WHERE r.object_id = o.object_id) AS found
        FROM objects o WHERE o.records < (SELECT count(*) FROM receipts r WHERE r.object_id = o.object_id)
        """,
        "The file held {count} records and has {found} receipts.",
        "look-file",
    ),
    Check(
        "row-of-another-file",
        Kind.BOOKS,
        """
        SELECT o.object_id, v.key, v.version_id, v.modified AS since FROM objects o JOIN versions v USING (object_id)
        WHERE v.key != coalesce(o.key, '')
        """,
        "The ledger's row of the file names another file.",
        "look-file",
    ),
    Check(
        "version-gone",
        Kind.ORPHANED,
        """
        SELECT o.object_id, o.key, o.version_id, o.dropped AS since FROM objects o
        WHERE o.key IS NOT NULL AND coalesce(o.dropped, 0) >= :kept_since AND coalesce(o.dropped, 0) <= :listed
        AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.object_id = o.object_id)
        AND NOT EXISTS (SELECT 1 FROM receipts r WHERE r.object_id = o.object_id AND r.code = 'FileVanished')
        """,
        "The ledger knows the file, and the bucket holds that version no longer.",
        "gone",
    ),
)
