"""Records of a request and their answers: one bad record gets an error of its own and costs no other record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from note_summarizer.engine import EngineSummary, SummaryEngine

MAX_NOTE_CHARACTERS = 2_000_000
Answer = dict[str, Any]


class RecordError(ValueError):
    """A record that cannot be summarized: a code for programs, a message for people; never any of its text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_answer(self) -> Answer:
        """Return the error object that answers the record."""
        return {"error": {"code": self.code, "message": str(self)}}


def read_line(line: str) -> str:
    """Return the note of one JSON line.

    Raises:
        RecordError: the line is not JSON, or holds no usable note.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        # "from None": the decoder's own message could quote the note.
        raise RecordError("BrokenJson", "The record is not valid JSON: send one JSON object a line.") from None
    return read_record(record)


def read_record(record: object) -> str:
    """Return the note of a decoded record, `{"inputs": "..."}`.

    Raises:
        RecordError: there is no text under `inputs`, or too much of it.
    """
    note = record.get("inputs") if isinstance(record, dict) else None
    if not isinstance(note, str):
        raise RecordError("MissingInput", 'The record has no text under "inputs": send {"inputs": "<note>"}.')
    if not note.strip():
        raise RecordError("EmptyInput", "The note is empty: send its text, or leave the record out.")
    if len(note) > MAX_NOTE_CHARACTERS:
        raise RecordError(
            "NoteTooLong", f"The note has over {MAX_NOTE_CHARACTERS} characters: split it before sending."
        )
    return note


def answer_all(engine: SummaryEngine, notes: Sequence[str | RecordError]) -> Iterator[Answer]:
    """Answer records in order: summaries for notes, error objects for errors."""
    good = [note for note in notes if isinstance(note, str)]
    summaries = iter(engine.summarize(good) if good else [])
    model = {"name": engine.artifact.name, "version": engine.artifact.version, "sha256": engine.artifact.sha256}
    for note in notes:
        yield note.as_answer() if isinstance(note, RecordError) else _answer(next(summaries), model)


def _answer(summary: EngineSummary, model: dict[str, str]) -> Answer:
    if not summary.summary_text:
        return RecordError("NoSummary", "The model gave no summary for this note: have a person read it.").as_answer()
    return {
        "summary_text": summary.summary_text,
        "parts": summary.parts,
        "input_tokens": summary.input_tokens,
        "dropped_characters": 0,
        "model": model,
    }
