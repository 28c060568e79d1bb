"""Records of a request and their answers: one bad record gets an error of its own and costs no other record."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from note_summarizer.artifact import ModelArtifact
from note_summarizer.generation import Generation
from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.serving.errors import (
    InferenceFailedError,
    RecordError,
    RequestAbandonedError,
    RequestError,
    where,
)
from note_summarizer.serving.parameters import read_parameters, search_of

MAX_NOTE_CHARACTERS = 2_000_000
# Futures of one request that are held at a time; about 2 kB each. The engine bounds the tokens that wait, so this is
# reached only behind a note that takes very long.
_MOST_WAITING = 1024
_LOOK_UP_SECONDS = 1.0
Answer = dict[str, Any]
logger = logging.getLogger(__name__)


class Engine(Protocol):
    """What the server needs of an engine."""

    @property
    def artifact(self) -> ModelArtifact:
        """The model that answers."""

    @property
    def alive(self) -> bool:
        """Whether notes are answered."""

    def submit(self, note: str, generation: Generation | None = None) -> Future[NoteSummary]:
        """Return the note's summary to come; blocks while too much waits already."""


@dataclass(frozen=True)
class Record:
    """A note to summarize, and how it is to be searched for where the request says so."""

    note: str
    parameters: Mapping[str, float] = field(default_factory=dict)


def read_line(line: bytes) -> Record:
    """Return the record of one JSON line.

    Raises:
        RecordError: the line is not UTF-8 or not JSON, or holds no usable note.
    """
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise RecordError("NotUtf8", "The record is not UTF-8: encode it so.") from None
    except (ValueError, RecursionError):
        # "from None": the decoder's own message could quote the note.
        raise RecordError("BrokenJson", "The record is not valid JSON: send one JSON object a line.") from None
    return read_record(record)


def read_record(record: object) -> Record:
    """Return the note of a decoded record, `{"inputs": "...", "parameters": {...}}`; the parameters may be left out.

    Raises:
        RecordError: there is no text under `inputs`, too much of it, or a parameter that is not taken.
    """
    decoded = record if isinstance(record, dict) else {}
    note = decoded.get("inputs")
    if not isinstance(note, str):
        raise RecordError("MissingInput", 'The record has no text under "inputs": send {"inputs": "<note>"}.')
    if not note.strip():
        raise RecordError("EmptyInput", "The note is empty: send its text, or leave the record out.")
    if len(note) > MAX_NOTE_CHARACTERS:
        raise RecordError(
            "NoteTooLong", f"The note has over {MAX_NOTE_CHARACTERS} characters: split it before sending."
        )
    if not _is_text(note):
        raise RecordError("BrokenText", "The note holds half a character (a lone surrogate): repair its encoding.")
    return Record(note, read_parameters(decoded.get("parameters")))


def answer_all(
    engine: Engine, records: Iterable[Record | RecordError], abandoned: Callable[[], bool] = lambda: False
) -> Iterator[Answer]:
    """Yield the records' answers in order: summaries for notes, error objects for errors.

    Every record is submitted before the first is waited for, so that the engine can batch notes of similar length from
    all of them; answers that are there already are handed on meanwhile.

    Args:
        abandoned: whether nobody waits for the answers any more; what is not begun then is not begun.

    Raises:
        RequestAbandonedError: it was so.
        RequestError: the engine's workers have ended.
    """
    usual = Generation.of(engine.artifact)
    waiting: deque[Future[NoteSummary]] = deque()
    try:
        for record in records:
            waiting.append(_submitted(engine, record, usual))
            while waiting and (waiting[0].done() or len(waiting) > _MOST_WAITING):
                yield _answered(engine, waiting[0], abandoned)
                waiting.popleft()
        while waiting:
            yield _answered(engine, waiting[0], abandoned)
            waiting.popleft()
    finally:
        for future in waiting:
            future.cancel()


def _submitted(engine: Engine, record: Record | RecordError, usual: Generation) -> Future[NoteSummary]:
    """Return the record's summary or error, now or later."""
    try:
        if isinstance(record, RecordError):
            raise record
        return engine.submit(record.note, search_of(record.parameters, usual))
    except Exception as error:  # noqa: BLE001 - one note's failure, told by `_answered`
        failed: Future[NoteSummary] = Future()
        failed.set_exception(error)
        return failed


def _answered(engine: Engine, future: Future[NoteSummary], abandoned: Callable[[], bool]) -> Answer:
    ready = False
    while not ready:
        if abandoned():
            raise RequestAbandonedError
        if not engine.alive:
            raise RequestError(503, "The model no longer answers: restart the server.", retry_after=1)
        ready = bool(wait([future], _LOOK_UP_SECONDS).done)
    try:
        return _answer(future.result(), engine.artifact)
    except RecordError as error:
        return error.as_answer()
    except Exception as error:  # noqa: BLE001 - a note's failure costs that note alone
        # The error's own message may quote the note.
        logger.warning("a record failed: %s", where(error))
        return InferenceFailedError().as_answer()


def _is_text(note: str) -> bool:
    try:
        note.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _answer(summary: NoteSummary, artifact: ModelArtifact) -> Answer:
    if not summary.summary_text:
        return RecordError("NoSummary", "The model gave no summary for this note: have a person read it.").as_answer()
    return {
        "summary_text": summary.summary_text,
        "parts": summary.parts,
        "input_tokens": summary.input_tokens,
        "passes": summary.passes,
        "dropped_characters": summary.dropped_characters,
        "dropped_statements": summary.dropped_statements,
        "model": {"name": artifact.name, "version": artifact.version, "sha256": artifact.sha256},
    }
