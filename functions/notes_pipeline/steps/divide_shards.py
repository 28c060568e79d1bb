"""Making smaller shards of a staged one: its halves, or the notes of it that have no answer yet."""

from __future__ import annotations

from collections.abc import Sequence

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.identify import digest
from notes_pipeline.core.shard_fates import part_of
from notes_pipeline.core.stage_notes import estimate_tokens, halve_lines, part_key, sidecar_key
from notes_pipeline.models import StagedShard


def halves_of(work: Bucket, shard: StagedShard) -> list[StagedShard]:
    """Write the two halves of a shard; return them. The same shard always makes the same halves."""
    bodies, sidecars = (halve_lines(work.read(key)) for key in (shard.key, sidecar_key(shard.key)))
    names = (part_key(shard.key, name) for name in "ab")
    some = zip(names, bodies, sidecars, strict=False)
    return [_write_part(work, part_of(shard), key, body, sidecar) for key, body, sidecar in some]


def rest_of(work: Bucket, shard: StagedShard, left: Sequence[int]) -> StagedShard:
    """Write some of a shard's notes, by their places, as a shard of their own; return it."""
    both = (work.read(key).splitlines(keepends=True) for key in (shard.key, sidecar_key(shard.key)))
    body, sidecar = (b"".join(lines[place] for place in left) for lines in both)
    return _write_part(work, shard, part_key(shard.key, digest(*map(str, left))[:8]), body, sidecar)


def _write_part(work: Bucket, shard: StagedShard, key: str, body: bytes, sidecar: bytes) -> StagedShard:
    work.write(sidecar_key(key), sidecar)
    work.write(key, body)
    notes = len(body.splitlines())
    size = {"key": key, "notes": notes, "tokens": estimate_tokens(body.decode()), "bytes": len(body)}
    return shard.model_copy(update=size)
