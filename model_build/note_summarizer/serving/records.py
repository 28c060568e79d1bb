"""Records of a request and their answers: one bad record gets an error of its own and costs no other record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from note_summarizer.engine import EngineSummary, SummaryEngine
from note_summarizer.generation import Generation
from note_summarizer.serving.errors import RecordError
from note_summarizer.serving.parameters import read_parameters, search_of

MAX_NOTE_CHARACTERS = 2_000_000
Answer = dict[str, Any]


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


def answer_all(engine: SummaryEngine, records: Sequence[Record | RecordError]) -> list[Answer]:
    """Answer records in order: summaries for notes, error objects for errors."""
    answers: dict[int, Answer] = {}
    searches: dict[Generation, list[int]] = {}
    for place, record in enumerate(records):
        try:
            searches.setdefault(_search(record, engine), []).append(place)
        except RecordError as error:
            answers[place] = error.as_answer()
    model = {"name": engine.artifact.name, "version": engine.artifact.version, "sha256": engine.artifact.sha256}
    for search, places in searches.items():
        notes = [record.note for place in places if isinstance(record := records[place], Record)]
        answered = (_answer(summary, model) for summary in engine.summarize(notes, search))
        answers.update(zip(places, answered, strict=True))
    return [answers[place] for place in range(len(records))]


def _search(record: Record | RecordError, engine: SummaryEngine) -> Generation:
    if isinstance(record, RecordError):
        raise record
    return search_of(record.parameters, Generation.of(engine.artifact))


def _is_text(note: str) -> bool:
    try:
        note.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
