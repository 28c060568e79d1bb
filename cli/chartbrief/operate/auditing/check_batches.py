"""Checks of what waits and what is with the model: somebody looks after every shard and every open batch."""

from __future__ import annotations

from chartbrief.operate.auditing.finding import Check, Kind

_SHARDS = "SELECT s.shard, s.object_id, s.batch_id, s.since, s.notes AS count FROM shards s"
_HELD = (
    "SELECT 1 FROM contents c JOIN receipts r ON r.object_id = c.object_id AND r.note_uid = c.note_uid"
    " AND r.content_sha256 = c.content_sha256 WHERE c.shard = s.shard"
)

BATCHES = (
    Check(
        "shard-of-no-batch",
        Kind.ORPHANED,
        f"""
        {_SHARDS} WHERE NOT s.is_waiting AND NOT s.is_divided
        AND NOT EXISTS (SELECT 1 FROM batches b WHERE b.batch_id = s.batch_id)
        """,
        "The shard ({count} notes) was taken by a batch that the ledger does not know.",
        "look-batch",
    ),
    Check(
        "shard-text-gone",
        Kind.LOST,
        f"{_SHARDS} WHERE EXISTS (SELECT 1 FROM gone g WHERE g.shard = s.shard)",
        "The shard waits, or is with the model, and its {count} notes are no longer in the work bucket.",
        "repair-file",
    ),
    Check(
        "shard-waits-again",
        Kind.DUPLICATED,
        f"""
        {_SHARDS} WHERE s.is_waiting AND EXISTS ({_HELD} AND r.status IN ('summarized', 'quarantined'))
        AND NOT EXISTS ({_HELD} AND r.status = 'pending')
        """,
        "The shard waits for the model, and its notes have ended: they would be summarized and paid for again.",
        "repair-file",
    ),
    Check(
        "batch-open-too-long",
        Kind.STALE,
        "SELECT b.batch_id, b.since FROM batches b WHERE b.is_open AND b.since <= :old",
        "The batch is still open.",
        "look-batch",
    ),
    Check(
        "batch-forgotten",
        Kind.LOST,
        """
        SELECT b.batch_id, b.since FROM batches b WHERE b.is_open != (coalesce(b.status, '') != 'finished')
        OR coalesce(b.status, '') NOT IN ('planned', 'running', 'finished')
        """,
        "The batch's status and its place in the backlog do not agree: nothing will go on with it, or too much.",
        "look-batch",
    ),
)
