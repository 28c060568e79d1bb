"""The parts that a batch is collected and published in: so many notes with their texts are in memory at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notes_pipeline.models import Frozen, StagedShard

# A file of a table has so many rows at least: Athena and DuckDB read few large files faster than many small ones.
_NOTES, _BYTES = 2_000, 20_000_000


class BatchPart(Frozen):
    """Some shards of a batch, and the name of the files that are made of them."""

    batch_id: str
    number: int
    shards: tuple[StagedShard, ...]

    @property
    def name(self) -> str:
        """Return what files that are made of the part are called, without an extension."""
        return f"part-{self.number:05d}"

    @property
    def records_key(self) -> str:
        """Return the key under which the part's summary records stand together, as they were written."""
        return f"batches/{self.batch_id}/records/{self.name}.jsonl"


def batch_parts(batch_id: str, shards: Iterable[StagedShard]) -> Iterator[BatchPart]:
    """Yield a batch's parts: its shards in their order, together as soon as they have so many notes or bytes."""
    number, part, notes, size = 0, list[StagedShard](), 0, 0
    for shard in shards:
        part.append(shard)
        notes += shard.notes
        size += shard.bytes
        if notes >= _NOTES or size >= _BYTES:
            yield BatchPart(batch_id=batch_id, number=number, shards=tuple(part))
            number, part, notes, size = number + 1, [], 0, 0
    if part:
        yield BatchPart(batch_id=batch_id, number=number, shards=tuple(part))
