"""Staging: notes into token-balanced shards, and the lines that shards and their sidecars hold."""

from __future__ import annotations

import json
from collections.abc import Sequence

from notes_pipeline.core.identify import digest
from notes_pipeline.models import ClinicalNote, Sidecar, SourceObject, SourceRecord, StagedShard

# English clinical prose has about four characters a token; abbreviations and numbers bring it down. An estimate is
# enough to balance shards, and spares the functions a tokenizer.
CHARACTERS_PER_TOKEN = 3.5
# A shard is one file of a transform job, and the job's unit of loss and of parallelism: keep it well below the 100 MB
# that one job's requests may hold in flight.
MAX_SHARD_BYTES = 5_000_000


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a model reads for a text."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + 1


def shard_notes(notes: Sequence[ClinicalNote], shard_tokens: int) -> list[list[ClinicalNote]]:
    """Divide notes into shards of similar token counts, each about `shard_tokens`; a function of the notes alone.

    Every note is in exactly one shard. Notes are dealt longest first to the lightest shard, then put back in order.
    """
    if not notes:
        return []
    total = sum(estimate_tokens(note.text) for note in notes)
    size = sum(len(line_for_model(note)) for note in notes)
    count = min(len(notes), max(1, round(total / shard_tokens), -(-size // MAX_SHARD_BYTES)))
    loads = [0] * count
    shards: list[list[ClinicalNote]] = [[] for _ in range(count)]
    for note in sorted(notes, key=lambda n: (-estimate_tokens(n.text), n.record)):
        lightest = loads.index(min(loads))
        shards[lightest].append(note)
        loads[lightest] += estimate_tokens(note.text)
    return [sorted(shard, key=lambda note: note.record) for shard in shards]


def shard_key(object_id: str, notes: Sequence[ClinicalNote]) -> str:
    """Return the key of a staged shard: object version, its first record, and a hash of what it holds.

    With the hash, writing a shard again can only write the same bytes, even if the file's notes were divided otherwise
    the first time (because one of them has been superseded since).
    """
    content = digest(*(part for note in notes for part in (note.note_uid, note.content_sha256)))
    return f"staged/{object_id}/{notes[0].record:08d}-{content[:8]}.jsonl"


def unpacked_key(object_id: str, start: int) -> str:
    """Return the key of a part of a gzipped file that begins there, unpacked."""
    return f"staged/{object_id}/unpacked/{start:012d}.jsonl"


def sidecar_key(key: str) -> str:
    """Return the key of a shard's sidecar; it is never listed in a manifest."""
    return key.removesuffix(".jsonl") + ".notes.jsonl"


def part_key(key: str, name: str) -> str:
    """Return the key of a part of a shard that goes to the model again on its own."""
    return f"{key.removesuffix('.jsonl')}{name if len(name) == 1 else '-' + name}.jsonl"


def describe_shard(key: str, object_id: str, notes: Sequence[ClinicalNote], *, urgent: bool, at: str) -> StagedShard:
    """Return the ledger's description of a shard."""
    return StagedShard(
        key=key,
        object_id=object_id,
        notes=len(notes),
        tokens=sum(estimate_tokens(note.text) for note in notes),
        bytes=len(shard_body(notes)),
        urgent=urgent,
        ready_at=at,
    )


def line_for_model(note: ClinicalNote) -> str:
    """Return the line the model's container is given for a note."""
    line = {"note_uid": note.note_uid, "content_sha256": note.content_sha256, "inputs": note.text}
    return json.dumps(line, ensure_ascii=False)


def shard_body(notes: Sequence[ClinicalNote]) -> bytes:
    """Return the content of a shard."""
    return "".join(line_for_model(note) + "\n" for note in notes).encode()


def sidecar_body(notes: Sequence[ClinicalNote], source: SourceObject) -> bytes:
    """Return the content of a shard's sidecar: one `Sidecar` a line, in the shard's order."""
    return "".join(_sidecar(note, source).model_dump_json() + "\n" for note in notes).encode()


def _sidecar(note: ClinicalNote, source: SourceObject) -> Sidecar:
    origin = SourceRecord(bucket=source.bucket, key=source.key, version_id=source.version_id, record=note.record)
    return Sidecar(source=origin, **note.model_dump(exclude={"text", "record"}))


def halve_lines(body: bytes) -> list[bytes]:
    """Split a shard's or sidecar's lines in two halves (one if there is only one line)."""
    lines = body.splitlines(keepends=True)
    middle = (len(lines) + 1) // 2
    return [b"".join(half) for half in (lines[:middle], lines[middle:]) if half]


def read_texts(body: bytes) -> dict[tuple[str, str], str]:
    """Return the note texts of a shard by (note_uid, content_sha256)."""
    records = [json.loads(line) for line in body.splitlines()]
    return {(record["note_uid"], record["content_sha256"]): record["inputs"] for record in records}
