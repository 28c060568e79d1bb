"""A request's body to records, and their answers to a reply; what both servers do alike.

The reply has the request's form: JSON Lines for JSON Lines, an array for many records, an object for one. A transform
job loses a whole file by one failed request, so a request fails only if its records cannot be told apart. What is held
of a request is its body, the answers as bytes, and the records on their way through the engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Literal

from note_summarizer.serving.errors import InferenceFailedError, RecordError, RequestError
from note_summarizer.serving.records import Answer, Engine, Record, answer_all, read_line, read_record

JSON_LINES, JSON = "application/jsonlines", "application/json"
_LINES = frozenset({JSON_LINES, "application/x-jsonlines", "application/jsonl", "application/x-ndjson"})
_EMPTY = "The request is empty: send at least one record."
Form = Literal["lines", "many", "one"]
# What stands before the first answer, between two, and after the last.
_FRAMES: dict[Form, tuple[bytes, bytes, bytes]] = {
    "lines": (b"", b"\n", b"\n"),
    "many": (b"[", b", ", b"]"),
    "one": (b"", b"", b""),
}
# An answer is longer than a record of a few bytes, so a body's size alone does not bound its answers': these come to
# about 50 MB at most.
MAX_RECORDS = 100_000


@dataclass(frozen=True)
class Request:
    """A request's records, each read when its turn comes.

    Attributes:
        body: JSON Lines; empty for the other forms.
        items: the decoded records of a JSON document.
    """

    form: Form
    body: bytes = b""
    items: Sequence[object] = ()

    def records(self) -> Iterator[Record | RecordError]:
        """Yield the records in order, an error in place of each that cannot be read."""
        if self.form == "lines":
            return (_record_or_error(read_line, line) for line in _lines(self.body))
        return (_record_or_error(read_record, item) for item in self.items)


@dataclass(frozen=True)
class Reply:
    """What goes back.

    Attributes:
        failed: records that the engine failed at.
    """

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    failed: int = 0


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
        RequestError: the content type is not served, the body is empty, it is not valid JSON, or has too many records.
    """
    kind = check_content_type(content_type)
    if not body or body.isspace():
        raise RequestError(400, _EMPTY)
    request = _read_json(body) if kind == JSON else Request("lines", body)
    if max(len(request.items), request.body.count(b"\n")) > MAX_RECORDS:
        raise RequestError(413, f"The request has over {MAX_RECORDS:,} records: send fewer at a time.")
    return request


def answer_request(engine: Engine, request: Request, abandoned: Callable[[], bool] = lambda: False) -> Reply:
    """Summarize a request's records.

    Args:
        abandoned: whether nobody waits for the answers any more.

    Raises:
        RequestAbandonedError: it was so before all records were answered.
    """
    opening, between, closing = _FRAMES[request.form]
    body, failed = BytesIO(), 0
    for place, answer in enumerate(answer_all(engine, request.records(), abandoned)):
        body.write((between if place else opening) + _dumped(answer))
        failed += answer.get("error", {}).get("code") == InferenceFailedError.CODE
    body.write(closing if body.tell() else opening + closing)
    # The buffer becomes the bytes; nothing is copied.
    return Reply(200, body.getvalue(), JSON_LINES if request.form == "lines" else JSON, failed=failed)


def refuse(error: RequestError) -> Reply:
    """Return the reply to a request that cannot be answered."""
    told = {"error": {"code": f"Http{error.status}", "message": str(error)}}
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return Reply(error.status, _dumped(told), JSON, headers)


def _lines(body: bytes) -> Iterator[bytes]:
    """Yield the lines that hold something; only one is copied at a time."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        line = body[start:end]
        if line and not line.isspace():
            yield line
        start = end + 1


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
    items = [_with_parameters(item, whole.get("parameters")) for item in many]
    return Request("many" if isinstance(inputs, list) else "one", items=items)


def _with_parameters(item: object, parameters: object) -> dict[str, Any]:
    """Return a record of its own, with the request's parameters unless it has some itself."""
    return {"parameters": parameters, **(item if isinstance(item, dict) else {"inputs": item})}


def _record_or_error(read: Callable[[Any], Record], record: Any) -> Record | RecordError:
    try:
        return read(record)
    except RecordError as error:
        return error


def _dumped(content: Answer) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8")
