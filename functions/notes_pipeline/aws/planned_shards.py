"""A batch's shards in the ledger: in rows beside its own, since a row holds 400 KB and a job may have 50,000."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import TypeAdapter

from notes_pipeline.aws.table import WRITTEN_TOGETHER, Change, Put, Table
from notes_pipeline.models import StagedShard

# A shard is described in some 250 bytes, and a row may have 400 KB:
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_IN_A_ROW = 1_000
# A hundred shards are one request of some tens of milliseconds; so many wait for their answers at once.
_AT_ONCE = 8
_SHARDS = TypeAdapter(list[StagedShard])


def write_shards(table: Table, batch_id: str, shards: Sequence[StagedShard], rows: int = 0) -> None:
    """Write a batch's shards; `rows` that it had before are emptied where there are fewer now."""
    starts = range(0, max(len(shards), rows * _IN_A_ROW), _IN_A_ROW)
    some = (_SHARDS.dump_json(list(shards[start : start + _IN_A_ROW])).decode() for start in starts)
    table.put_all(
        [
            {"pk": f"BATCH#{batch_id}", "sk": f"SHARDS#{number:04d}", "shards": text}
            for number, text in enumerate(some, start=1)
        ]
    )


def read_shards(table: Table, batch_id: str) -> Iterator[StagedShard]:
    """Yield a batch's shards in their order."""
    for row in table.query(f"BATCH#{batch_id}", "SHARDS#"):
        yield from _SHARDS.validate_json(row["shards"])


def mark_taken(table: Table, batch_id: str, now: str) -> None:
    """Mark that shards are about to be a batch's, before anything of it is written."""
    table.put({"pk": f"BATCH#{batch_id}", "sk": "TAKEN", "backlog": "taken", "ready_at": now})


def unmark_taken(table: Table, batch_id: str) -> None:
    """Mark that a batch has no shards any more: all are done or put back. Comes before the batch's own end."""
    table.update(f"BATCH#{batch_id}", "TAKEN", "REMOVE backlog", "attribute_exists(pk)")


def put_back_orphans(table: Table, batch_id: str) -> int:
    """Put the shards back that are a batch's still although it is gone; return how many."""
    mark = table.get(f"BATCH#{batch_id}", "TAKEN")
    if mark is None or "backlog" not in mark:
        return 0  # the batch ended well between the look at the marks and the look at it
    found = list(read_shards(table, batch_id))
    puts = [_waiting(shard.model_copy(update={"attempt": shard.attempt + 1})) for shard in found]
    condition = "attempt < :attempt AND batch_id = :batch AND attribute_not_exists(backlog)"
    put_back = sum(table.put(put.row, condition, **put.values, batch=batch_id) for put in puts)
    unmark_taken(table, batch_id)
    return put_back


def take_shards(table: Table, batch_id: str) -> list[StagedShard]:
    """Take a batch's shards off the backlog; return those it got (again, if it has them already).

    A shard that another batch got is taken out of this one: what comes of it is the other's to say.
    """
    shards = list(read_shards(table, batch_id))
    got = in_hundreds(shards, lambda some: _take(table, batch_id, some))
    if len(got) < len(shards):
        write_shards(table, batch_id, got, rows=-(-len(shards) // _IN_A_ROW))
    return got


def add_shards(table: Table, shards: Iterable[StagedShard]) -> list[StagedShard]:
    """Put shards on the backlog, each once; return those that were new."""
    return in_hundreds(list(shards), lambda some: _add(table, some))


def replace_shard(table: Table, shard: StagedShard, parts: Sequence[StagedShard]) -> bool:
    """Put a waiting shard's parts on the backlog in its place, all at once; say whether it still waited."""
    gone = Change(
        f"SHARD#{shard.key}",
        "SHARD",
        "SET divided = :yes REMOVE backlog",
        "attempt = :attempt AND attribute_exists(backlog)",
        {"yes": True, "attempt": shard.attempt},
    )
    return table.put_together([gone, *map(_waiting, parts)])


def in_hundreds(
    shards: Sequence[StagedShard], change: Callable[[Sequence[StagedShard]], list[StagedShard]]
) -> list[StagedShard]:
    """Change shards' rows a hundred at a time, several hundreds at once; return the shards that were changed."""
    hundreds = [shards[start : start + WRITTEN_TOGETHER] for start in range(0, len(shards), WRITTEN_TOGETHER)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [shard for some in pool.map(change, hundreds) for shard in some]


def _take(table: Table, batch_id: str, shards: Sequence[StagedShard]) -> list[StagedShard]:
    changes = [_taken(shard, batch_id) for shard in shards]
    if table.put_together(changes):
        return list(shards)
    # One of them is another batch's, or was put back at a higher attempt.
    alone = (table.update(c.pk, c.sk, c.expression, c.condition, **c.values) for c in changes)
    return [shard for shard, is_ours in zip(shards, alone, strict=True) if is_ours]


def _taken(shard: StagedShard, batch_id: str) -> Change:
    return Change(
        f"SHARD#{shard.key}",
        "SHARD",
        "SET batch_id = :batch REMOVE backlog",
        "attempt = :attempt AND (attribute_exists(backlog) OR batch_id = :batch)",
        {"batch": batch_id, "attempt": shard.attempt},
    )


def _add(table: Table, shards: Sequence[StagedShard]) -> list[StagedShard]:
    puts = [_waiting(shard) for shard in shards]
    if table.put_together(puts):
        return list(shards)
    alone = (table.put(put.row, put.condition, **put.values) for put in puts)
    return [shard for shard, is_new in zip(shards, alone, strict=True) if is_new]


def _waiting(shard: StagedShard) -> Put:
    kind = "urgent" if shard.urgent else "pending"
    row = {"pk": f"SHARD#{shard.key}", "sk": "SHARD", "backlog": kind, **shard.model_dump()}
    # A retried shard has the same key and a higher attempt: only that may replace a row.
    return Put(row, "attribute_not_exists(pk) OR attempt < :attempt", {"attempt": shard.attempt})
