"""What a batch's outputs say about each note, whichever model and way they came from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from notes_pipeline.core.dialects import DIALECTS, Answer, AnswerError
from notes_pipeline.core.dialects.answers import error_code
from notes_pipeline.core.write_requests import note_prompts
from notes_pipeline.models import Engine

NoteKey = tuple[str, str]
# By note version, then by part.
Outputs = Mapping[NoteKey, Mapping[int, Any]]
NO_ANSWER = "NoAnswer"
# A second try may be answered otherwise; a refusal will not be.
_ASKED_AGAIN = ("MalformedAnswer", "EmptyAnswer", "WrongRecord")
_END_OF_STATEMENT = re.compile(r"[.;\n](?=\s|$)|,(?=\s)")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]?")


@dataclass(frozen=True)
class NoteAnswer:
    """What the model said about a note.

    Attributes:
        said: as our own server answers: `summary_text`, `model`, and how the note was read.
        refused: code, if the model will not summarize this note; final.
        missing: code, if there is no usable answer, and asking again may bring one.
    """

    said: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    missing: str = ""


def read_outputs(lines: Iterable[str]) -> dict[NoteKey, dict[int, Any]]:
    """Return the outputs by note and part; a line that is no output for a note is left out.

    The note that such a line belonged to counts as unanswered.
    """
    outputs: dict[NoteKey, dict[int, Any]] = {}
    for line in lines:
        try:
            record = json.loads(line)
            parts = outputs.setdefault((record["note_uid"], record["content_sha256"]), {})
            parts[int(record.get("part", 0))] = record["SageMakerOutput"]
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return outputs


def note_answer(engine: Engine, text: str, outputs: Mapping[int, Any]) -> NoteAnswer:
    """Return what the outputs for a note's parts come to."""
    return _own_answer(outputs) if engine.is_ours else _foreign_answer(engine, text, outputs)


def _own_answer(outputs: Mapping[int, Any]) -> NoteAnswer:
    output = outputs.get(0)
    if not isinstance(output, Mapping):
        return NoteAnswer(missing=NO_ANSWER)
    if "error" in output:
        return NoteAnswer(refused=error_code(output["error"]))
    if not str(output.get("summary_text", "")).strip():
        return NoteAnswer(refused="NoSummary")
    return NoteAnswer(said=output)


def _foreign_answer(engine: Engine, text: str, outputs: Mapping[int, Any]) -> NoteAnswer:
    prompts = note_prompts(engine, text)
    if not all(part in outputs for part in range(len(prompts))):
        return NoteAnswer(missing=NO_ANSWER)
    answers = []
    for part, prompt in enumerate(prompts):
        try:
            answers.append(_read_part(engine, prompt, outputs[part]))
        except AnswerError as error:
            again = error.code in _ASKED_AGAIN
            return NoteAnswer(missing=error.code) if again else NoteAnswer(refused=error.code)
    return NoteAnswer(said=_merged(engine, answers))


def _read_part(engine: Engine, prompt: str, output: Any) -> Answer:
    answer = DIALECTS[engine.dialect].read(output, prompt)
    if answer.prompt_echo is not None and answer.prompt_echo.strip() != prompt.strip():
        raise AnswerError("WrongRecord")
    return answer


def _merged(engine: Engine, answers: list[Answer]) -> dict[str, Any]:
    said: dict[str, None] = {}
    for answer in answers:
        text = _whole_statements(answer.text) if answer.cut_off else answer.text
        # Of several parts the sentences, each once; a single answer stays as it is.
        sentences = _SENTENCE.findall(text) if len(answers) > 1 else [text]
        said.update(dict.fromkeys(sentence.strip() for sentence in sentences if sentence.strip()))
    model = {"name": engine.model_id, "version": "", "sha256": "", "prompt": engine.prompt}
    dropped = sum(answer.cut_off for answer in answers)
    return {"summary_text": " ".join(said), "parts": len(answers), "dropped_statements": dropped, "model": model}


def _whole_statements(text: str) -> str:
    """Return a text that was cut off without its last, unfinished statement: half a number is another number."""
    ends = list(_END_OF_STATEMENT.finditer(text))
    return text[: ends[-1].end()].rstrip(" ,;") if ends else text
