"""Requests for models that are not ours: one for each part of a note that fits their context, by dialect and prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from notes_pipeline.core.dialects import DIALECTS
from notes_pipeline.core.identify import digest
from notes_pipeline.core.prompts import load_prompt, split_text
from notes_pipeline.models import Engine

_ID_DIGITS, _PART_DIGITS = 28, 4


@dataclass(frozen=True)
class PartRequest:
    """What is asked for one part of a note.

    Attributes:
        part: counts from 0.
        body: of the request, as the dialect has it.
    """

    note_uid: str
    content_sha256: str
    part: int
    prompt: str
    body: dict[str, Any]

    @property
    def record_id(self) -> str:
        """Id of the part in a Bedrock batch job: 32 letters and digits."""
        return digest(self.note_uid, self.content_sha256)[:_ID_DIGITS] + f"{self.part:0{_PART_DIGITS}d}"


def note_prompts(engine: Engine, text: str) -> list[str]:
    """Return the prompts for a note, one for each of its parts.

    Raises:
        PromptError: the model's context has no room for a note.
    """
    if not engine.prompt:
        return [text]
    prompt = load_prompt(engine.prompt)
    longest = prompt.longest_note(engine.context_tokens, engine.max_output_tokens)
    return [prompt.write(part) for part in split_text(text, longest)]


def part_requests(engine: Engine, shard: bytes) -> Iterator[PartRequest]:
    """Yield the requests for the notes of a staged shard, in its order."""
    dialect = DIALECTS[engine.dialect]
    for line in shard.splitlines():
        record = json.loads(line)
        for part, prompt in enumerate(note_prompts(engine, record["inputs"])):
            body = dialect.request(prompt, engine.max_output_tokens)
            yield PartRequest(record["note_uid"], record["content_sha256"], part, prompt, body)


def transform_line(request: PartRequest) -> bytes:
    """Return a line of a transform job's input: the job filters `request` out for the container."""
    line = {**_identity(request), "request": request.body}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def bedrock_line(request: PartRequest) -> bytes:
    """Return a line of a Bedrock batch job's input."""
    line = {"recordId": request.record_id, "modelInput": request.body}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _identity(request: PartRequest) -> dict[str, Any]:
    return {"note_uid": request.note_uid, "content_sha256": request.content_sha256, "part": request.part}
