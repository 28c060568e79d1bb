"""A request's body to records, and their answers to a reply; what both servers do alike.

The reply has the request's form: JSON Lines for JSON Lines, an array for many records, an object for one. A transform
job loses a whole file by one failed request, so a request fails only if its records cannot be told apart.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from note_summarizer.engine import SummaryEngine
from note_summarizer.serving.errors import RecordError, RequestError
from note_summarizer.serving.records import Answer, Record, answer_all, read_line, read_record

JSON_LINES, JSON = "application/jsonlines", "application/json"
_LINES = frozenset({JSON_LINES, "application/x-jsonlines", "application/jsonl", "application/x-ndjson"})
_EMPTY = "The request is empty: send at least one record."
Form = Literal["lines", "many", "one"]


@dataclass(frozen=True)
class Request:
    """Records in order, an error in place of each that cannot be read."""

    records: Sequence[Record | RecordError]
    form: Form


@dataclass(frozen=True)
class Reply:
    """What goes back: an HTTP status, a body, and its content type."""

    status: int
    body: str
    content_type: str


def check_content_type(content_type: str | None) -> str:
    """Return the plain content type, without parameters such as a charset.

    Raises:
        RequestError: it is neither JSON nor JSON Lines.
    """
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind != JSON and kind not in _LINES:
        raise RequestError(415, f"Content type not served: send {JSON_LINES} or {JSON}.")
    return kind


def read_request(body: bytes, content_type: str | None) -> Request:
    """Return the records of a request's body.

    Raises:
        RequestError: the content type is not served, the body is empty, or it is not valid JSON.
    """
    kind = check_content_type(content_type)
    if not body.strip():
        raise RequestError(400, _EMPTY)
    return _read_json(body) if kind == JSON else _read_lines(body)


def answer_request(engine: SummaryEngine, request: Request) -> Reply:
    """Summarize a request's records."""
    answers = answer_all(engine, request.records)
    if request.form == "lines":
        return Reply(200, "".join(_dumped(answer) + "\n" for answer in answers), JSON_LINES)
    return Reply(200, _dumped(answers if request.form == "many" else answers[0]), JSON)


def refuse(error: RequestError) -> Reply:
    """Return the reply to a request that cannot be answered."""
    return Reply(error.status, _dumped({"error": {"code": f"Http{error.status}", "message": str(error)}}), JSON)


def _read_lines(body: bytes) -> Request:
    return Request([_record_or_error(read_line, line) for line in body.split(b"\n") if line.strip()], "lines")


def _read_json(body: bytes) -> Request:
    try:
        decoded = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise RequestError(400, "The request is not UTF-8: encode it so.") from None
    except (ValueError, RecursionError):
        raise RequestError(400, "The request is not valid JSON.") from None
    whole = decoded if isinstance(decoded, dict) else {"inputs": decoded}
    inputs = whole.get("inputs")
    many = inputs if isinstance(inputs, list) else [inputs]
    records = [_record_or_error(read_record, _with_parameters(item, whole.get("parameters"))) for item in many]
    return Request(records, "many" if isinstance(inputs, list) else "one")


def _with_parameters(item: object, parameters: object) -> dict[str, Any]:
    """Return a record of its own, with the request's parameters unless it has some itself."""
    return {"parameters": parameters, **(item if isinstance(item, dict) else {"inputs": item})}


def _record_or_error(read: Callable[[Any], Record], record: Any) -> Record | RecordError:
    try:
        return read(record)
    except RecordError as error:
        return error


def _dumped(content: Answer | list[Answer]) -> str:
    return json.dumps(content, ensure_ascii=False)
