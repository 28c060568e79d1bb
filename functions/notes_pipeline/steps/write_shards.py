"""Writing notes into the shards that wait for the model, each with the sidecar of what the model must not see."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.identify import is_urgent, object_id
from notes_pipeline.core.stage_notes import (
    describe_shard,
    part_key,
    shard_body,
    shard_key,
    shard_notes,
    sidecar_body,
    sidecar_key,
)
from notes_pipeline.models import ClinicalNote, SourceObject, StagedShard

_WRITERS = 8


def write_shards(
    work: Bucket, source: SourceObject, notes: Sequence[ClinicalNote], shard_tokens: int, now: str, again: str = ""
) -> list[StagedShard]:
    """Write the notes of a drop into shards of about equal work; the same notes are the same shards.

    Args:
        now: since when they wait.
        again: what tells shards of notes that were staged before from those they were in then.
    """
    identity = object_id(source)

    def write(some: Sequence[ClinicalNote]) -> StagedShard:
        key = shard_key(identity, some)
        key = part_key(key, again) if again else key
        work.write(sidecar_key(key), sidecar_body(some, source))
        work.write(key, shard_body(some))
        return describe_shard(key, identity, some, urgent=is_urgent(source.key), at=now)

    with ThreadPoolExecutor(_WRITERS) as pool:
        return list(pool.map(write, shard_notes(notes, shard_tokens)))
