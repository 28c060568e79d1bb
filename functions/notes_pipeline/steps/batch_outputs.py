"""The outputs of a batch, wherever its service has left them, by note and part."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from notes_pipeline.aws import inference
from notes_pipeline.aws.endpoints import read_document, read_lines
from notes_pipeline.aws.objects import Bucket, bucket_and_key
from notes_pipeline.core.questions import Question, answered_lines
from notes_pipeline.core.read_bedrock import read_bedrock_lines
from notes_pipeline.core.read_outputs import NoteKey, Outputs, read_outputs
from notes_pipeline.errors import InferenceError, MissingError
from notes_pipeline.models import BatchMode, BatchPlan, StagedShard
from notes_pipeline.steps.give_jobs import async_key


class BatchOutputs:
    """Reads a batch's outputs: shard by shard where a service wrote files, all at once what was answered online."""

    def __init__(self, work: Bucket, plan: BatchPlan) -> None:
        self._work, self._plan = work, plan

    def of(self, shard: StagedShard, body: bytes) -> Outputs:
        """Return the outputs for a shard's notes, and perhaps for others.

        Args:
            body: the staged shard's content.
        """
        if self._plan.mode is BatchMode.BEDROCK_BATCH:
            return read_bedrock_lines(self._plan.engine, body, self._lines(self._of_input(shard)))
        if self._plan.mode is BatchMode.TRANSFORM:
            return {**self._all, **read_outputs(self._lines(self._of_input(shard)))}
        return self._all

    @property
    def has_answers(self) -> bool:
        """Say whether there is any; an asynchronous endpoint's lie elsewhere and are taken for granted."""
        return self._plan.mode is BatchMode.ASYNC_ENDPOINT or bool(self._keys)

    @cached_property
    def _keys(self) -> list[str]:
        # Listed, never computed: a failed job still has the outputs of every file that went well.
        found = self._work.keys(inference.output_prefix(self._plan.batch_id))
        return [key for key in found if key.endswith(".out")]

    def _of_input(self, shard: StagedShard) -> list[str]:
        """Return the outputs that are called after a shard's file, wherever in the prefix they lie."""
        own = shard.key.rpartition("/")[2] if self._plan.engine.is_ours else inference.input_name(shard)
        return self._by_name.get(f"{own}.out", [])

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for key in self._keys:
            names.setdefault(key.rpartition("/")[2], []).append(key)
        return names

    @cached_property
    def _all(self) -> dict[NoteKey, dict[int, Any]]:
        """Return the outputs that are called after no shard: what was answered online, perhaps before a job."""
        if self._plan.mode is BatchMode.ASYNC_ENDPOINT:
            return read_outputs(self._async_lines())
        return read_outputs(self._lines(key for key in self._keys if inference.is_online(key)))

    def _lines(self, keys: Iterable[str]) -> Iterator[str]:
        for key in keys:
            yield from self._work.read(key).decode("utf-8", errors="replace").split("\n")

    def _async_lines(self) -> Iterator[str]:
        for asked in json.loads(self._work.read(async_key(self._plan.batch_id))):
            question = Question(tuple(tuple(key) for key in asked["keys"]), b"", 0)
            bucket, key = bucket_and_key(asked["output"])
            try:
                answer = Bucket(bucket).read(key)
                outputs = self._parse(answer, len(question.keys))
            except (MissingError, InferenceError):
                continue  # its notes count as unanswered
            yield from answered_lines(question, outputs).decode().split("\n")

    def _parse(self, answer: bytes, count: int) -> list[Any]:
        return read_lines(answer, count) if self._plan.engine.is_ours else [read_document(answer)]
