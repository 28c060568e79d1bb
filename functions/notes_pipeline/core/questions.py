"""What is asked online, one request at a time: many notes of our own server's, one part of a note of others'."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notes_pipeline.core.prompts import estimate_tokens
from notes_pipeline.core.write_requests import part_requests
from notes_pipeline.models import Engine

# A request to a real-time endpoint may have 6 MB and take 60 s; on a small CPU instance 25 notes take a few seconds.
_NOTES, _BYTES = 25, 4_000_000
# Note version and part.
PartKey = tuple[str, str, int]


@dataclass(frozen=True)
class Question:
    """One request.

    Attributes:
        keys: whose answers it asks for, in their order.
        body: JSON Lines for our own server, one JSON object for others.
        tokens: that it costs at most, roughly: what is read, and the longest answer.
    """

    keys: tuple[PartKey, ...]
    body: bytes
    tokens: int


def questions(engine: Engine, shard: bytes, answered: Collection[PartKey]) -> Iterator[Question]:
    """Yield the requests for what a staged shard's notes have no answer to yet."""
    if engine.is_ours:
        yield from _of_ours(shard, answered)
        return
    for request in part_requests(engine, shard):
        key = (request.note_uid, request.content_sha256, request.part)
        if key not in answered:
            body = json.dumps(request.body, ensure_ascii=False).encode()
            yield Question((key,), body, estimate_tokens(request.prompt) + engine.max_output_tokens)


def _of_ours(shard: bytes, answered: Collection[PartKey]) -> Iterator[Question]:
    keys: list[PartKey] = []
    lines: list[bytes] = []
    for line in shard.splitlines(keepends=True):
        record = json.loads(line)
        key = (record["note_uid"], record["content_sha256"], 0)
        if key in answered:
            continue
        if lines and (len(lines) == _NOTES or sum(map(len, lines)) + len(line) > _BYTES):
            yield Question(tuple(keys), b"".join(lines), 0)
            keys, lines = [], []
        keys.append(key)
        lines.append(line)
    if lines:
        yield Question(tuple(keys), b"".join(lines), 0)


def answered_lines(question: Question, outputs: Sequence[Any]) -> bytes:
    """Return the answers to a question as a transform job's join and filter would give them."""
    return b"".join(_line(key, output) for key, output in zip(question.keys, outputs, strict=True))


def refused_lines(question: Question, code: str) -> bytes:
    """Return an error object for each of a question's keys: the notes end with this reason."""
    return b"".join(_line(key, {"error": {"code": code}}) for key in question.keys)


def _line(key: PartKey, output: Any) -> bytes:
    note_uid, content_sha256, part = key
    identity: Mapping[str, Any] = {"note_uid": note_uid, "content_sha256": content_sha256}
    numbered = {"part": part} if part else {}
    return json.dumps({**identity, **numbered, "SageMakerOutput": output}, ensure_ascii=False).encode() + b"\n"
