"""Answering a batch online: several requests at once, within the time of one invocation; the next goes on."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from notes_pipeline.aws import bedrock, endpoints
from notes_pipeline.aws.inference import JSON, JSON_LINES, online_key, output_prefix
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.questions import PartKey, Question, answered_lines, questions, refused_lines
from notes_pipeline.core.read_outputs import read_outputs
from notes_pipeline.errors import BusyError, InferenceError, PipelineError, RefusedError, service_code
from notes_pipeline.models import BatchMode, BatchPlan, StagedShard
from notes_pipeline.steps.pace import Pace

# So much is lost, and asked again, if the process dies: answers are written together.
_WRITTEN_TOGETHER = 200
# So many requests that fail, and none that is answered, are a service that is down.
_OUTAGE = 5


@dataclass(frozen=True)
class Online:
    """How notes are answered online.

    Attributes:
        model_id: Bedrock's.
        concurrency: requests under way at once.
        deadline: after it no request is begun (seconds of `time.monotonic`).
    """

    endpoint_name: str
    model_id: str
    concurrency: int
    pace: Pace
    deadline: float


@dataclass
class Asked:
    """What came of a round.

    Attributes:
        failed: notes whose request failed in a way that another try may mend.
        answered: requests that were answered, or refused for good.
        unasked: whether some were not asked, for want of time.
        throttled: whether the service asked us to slow down.
    """

    failed: list[Question] = field(default_factory=list)
    answered: int = 0
    unasked: bool = False
    throttled: bool = False

    @property
    def is_outage(self) -> bool:
        """Say whether so much failed, and nothing else came, that it cannot be for what is in the notes."""
        return not self.answered and len(self.failed) >= _OUTAGE

    @property
    def is_complete(self) -> bool:
        """Say whether every note has an answer, or a refusal."""
        return not (self.failed or self.unasked or self.throttled)


def ask_online(work: Bucket, online: Online, plan: BatchPlan, shards: Sequence[StagedShard], *, give_up: bool) -> Asked:
    """Ask for what a batch has no answers to yet, and write the answers among its outputs.

    Args:
        give_up: notes that fail now have failed often enough: they end with an error in place of an answer.

    Raises:
        DependencyError: the service cannot be asked at all; answers that came are written.
    """
    prefix = output_prefix(plan.batch_id)
    written = [key for key in work.keys(prefix) if key.endswith(".out")]
    answered = _answered(work, written)
    wanted = batch_questions(work, plan, shards, answered)
    asked, round_ = Asked(), _Round(plan, online)
    while (some := list(islice(wanted, _WRITTEN_TOGETHER))) and not round_.stop.is_set():
        with ThreadPoolExecutor(online.concurrency) as pool:
            lines = b"".join(_note(result, asked) for result in pool.map(round_.ask, some))
        _write(work, plan.batch_id, written, lines)
        if round_.error:
            raise round_.error
    asked.unasked = asked.unasked or bool(some)
    asked.throttled = round_.throttled
    if give_up and not asked.is_outage:
        _write(
            work, plan.batch_id, written, b"".join(refused_lines(question, round_.code) for question in asked.failed)
        )
        asked.failed.clear()
    return asked


def _write(work: Bucket, batch_id: str, written: list[str], lines: bytes) -> None:
    if lines:
        written.append(online_key(batch_id, len(written) + 1))
        work.write(written[-1], lines, JSON_LINES)


def _answered(work: Bucket, keys: Sequence[str]) -> set[PartKey]:
    lines = (line for key in keys for line in work.read(key).decode().split("\n"))
    return {(*note, part) for note, parts in read_outputs(lines).items() for part in parts}


@dataclass(frozen=True)
class _Result:
    question: Question
    lines: bytes = b""
    has_failed: bool = False


def _note(result: _Result, asked: Asked) -> bytes:
    if result.lines:
        asked.answered += 1
    elif result.has_failed:
        asked.failed.append(result.question)
    else:
        asked.unasked = True
    return result.lines


class _Round:
    """Asks questions from several threads, until the time is up or the service wants no more."""

    def __init__(self, plan: BatchPlan, online: Online) -> None:
        self._online = online
        self._call = _asker(plan, online)
        self.stop = threading.Event()
        self.throttled = False
        self.code = ""
        self.error: PipelineError | None = None

    def ask(self, question: Question) -> _Result:
        """Return a question's answer, or that it failed, or neither if it was not asked."""
        if self.stop.is_set() or time.monotonic() > self._online.deadline:
            return _Result(question)
        if not self._online.pace.take(question.tokens, self._online.deadline):
            return _Result(question)
        try:
            return _Result(question, answered_lines(question, self._call(question)))
        except BusyError:
            self.throttled = True
        except InferenceError as error:
            self.code = service_code(error) or "ModelError"
            # A refusal of many notes together is about one of them, and nobody says which.
            if isinstance(error, RefusedError) and len(question.keys) == 1:
                return _Result(question, refused_lines(question, self.code))
            return _Result(question, has_failed=True)
        except PipelineError as error:
            self.error = error
        self.stop.set()
        return _Result(question)


def _asker(plan: BatchPlan, online: Online) -> Callable[[Question], list[Any]]:
    if plan.mode is BatchMode.BEDROCK:
        return lambda q: [bedrock.converse(online.model_id, json.loads(q.body))]
    if plan.engine.is_ours:
        return lambda q: endpoints.read_lines(endpoints.invoke_endpoint(online.endpoint_name, q.body), len(q.keys))
    return lambda q: [endpoints.read_document(endpoints.invoke_endpoint(online.endpoint_name, q.body, JSON))]


def batch_questions(
    work: Bucket, plan: BatchPlan, shards: Sequence[StagedShard], answered: Collection[PartKey] = ()
) -> Iterator[Question]:
    """Yield the requests for what a batch's notes have no answer to yet."""
    return (question for shard in shards for question in questions(plan.engine, work.read(shard.key), answered))
