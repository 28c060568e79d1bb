"""What some records of a drop came to when they were staged, as the ledger keeps it for a repeat.

It is written once, after all of their claims and receipts, and before their shards join the backlog: a repeat then
only puts the same shards there again. Without it, a note that was superseded since would leave its shard, the rest of
the shard would be another one, and both would go to the model.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from notes_pipeline.aws.table import Row, Table
from notes_pipeline.models import StagedShard, Status

# Some ten thousand notes are at most two thousand shards, and a row may have 400 KB: of a shard only what is its own.
_OWN = ("key", "notes", "tokens", "bytes")


@dataclass(frozen=True)
class StagedRecords:
    """Shards of some records of a drop, and what became of them then.

    Attributes:
        counts: how many of the records had each status.
        ignored: how many have no receipt, since they tell nothing, by kind.
    """

    shards: Sequence[StagedShard]
    counts: Mapping[Status, int]
    ignored: Mapping[str, int] = field(default_factory=dict)


def find_staged(table: Table, object_id: str, first: int) -> StagedRecords | None:
    """Return what the records of a drop from `first` on came to, or None if they were not staged so far."""
    row = table.get(*_key(object_id, first))
    return None if row is None else _staged(row, object_id)


def keep_staged(table: Table, object_id: str, first: int, staged: StagedRecords) -> StagedRecords:
    """Keep what records came to, unless a repeat has kept it before; return what is kept."""
    pk, sk = _key(object_id, first)
    shared = {"urgent": staged.shards[0].urgent, "ready_at": staged.shards[0].ready_at} if staged.shards else {}
    own = json.dumps([[getattr(shard, name) for name in _OWN] for shard in staged.shards])
    counts = {status.value: count for status, count in staged.counts.items()}
    row = {"pk": pk, "sk": sk, "shards": own, "counts": counts, "ignored": dict(staged.ignored), **shared}
    if table.put(row, "attribute_not_exists(pk)"):
        return staged
    return find_staged(table, object_id, first) or staged


def _key(object_id: str, first: int) -> tuple[str, str]:
    return f"OBJECT#{object_id}", f"STAGED#{first:08d}"


def _staged(row: Row, object_id: str) -> StagedRecords:
    shared = {"object_id": object_id, "urgent": row.get("urgent", False), "ready_at": row.get("ready_at", "")}
    shards = [StagedShard(**dict(zip(_OWN, own, strict=True)), **shared) for own in json.loads(row["shards"])]
    counts = Counter({Status(name): int(count) for name, count in row["counts"].items()})
    return StagedRecords(shards, counts, ignored_of(row))


def ignored_of(row: Row) -> Counter[str]:
    """Return how many records were ignored by what a row of a drop, or of a part of it, says."""
    return Counter({str(kind): int(count) for kind, count in row.get("ignored", {}).items()})
