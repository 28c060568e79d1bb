"""The ASGI application: GET /ping, GET /execution-parameters, POST /invocations."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from note_summarizer.engine import SummaryEngine
from note_summarizer.serving.records import Answer, RecordError, answer_all, read_line, read_record

JSON_LINES = "application/jsonlines"
_LINES = frozenset({JSON_LINES, "application/x-jsonlines", "application/jsonl", "application/x-ndjson"})
_JSON = "application/json"
_MEGABYTE = 1024 * 1024


def create_app(engine: SummaryEngine, max_payload_mb: int = 6) -> Starlette:
    """Return the application that serves one engine.

    Args:
        max_payload_mb: largest request body; a larger one is answered 413 (SageMaker's MaxPayloadInMB).
    """
    state = _Service(engine, max_payload_mb)
    return Starlette(
        routes=[
            Route("/ping", state.ping),
            Route("/execution-parameters", state.execution_parameters),
            Route("/invocations", state.invocations, methods=["POST"]),
        ]
    )


class _Service:
    def __init__(self, engine: SummaryEngine, max_payload_mb: int) -> None:
        self._engine = engine
        self._max_payload_mb = max_payload_mb

    async def ping(self, _: Request) -> Response:
        # The engine is loaded before the socket is opened, so whoever is answered can be served.
        return Response(status_code=200)

    async def execution_parameters(self, _: Request) -> Response:
        return JSONResponse(
            {
                "MaxConcurrentTransforms": max(1, os.cpu_count() or 1),
                "BatchStrategy": "MULTI_RECORD",
                "MaxPayloadInMB": self._max_payload_mb,
            }
        )

    async def invocations(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        answerers: dict[str, Callable[[bytes], Response]] = {_JSON: self._answer_json}
        answerers.update(dict.fromkeys(_LINES, self._answer_lines))
        if kind not in answerers:
            return _refuse(415, f"Content type not served: send {JSON_LINES} or {_JSON}.")
        body = await _body_within(request, self._max_payload_mb * _MEGABYTE)
        if body is None:
            return _refuse(413, f"The request is over {self._max_payload_mb} MB: send fewer records at a time.")
        if not body.strip():
            return _refuse(400, "The request is empty: send at least one record.")
        return await run_in_threadpool(answerers[kind], body)

    def _answer_lines(self, body: bytes) -> Response:
        try:
            lines = [line for line in body.decode("utf-8").split("\n") if line.strip()]
        except UnicodeDecodeError:
            return _refuse(400, "The request is not UTF-8: encode it so.")
        answers = answer_all(self._engine, [_note_or_error(read_line, line) for line in lines])
        text = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers)
        return Response(text, media_type=JSON_LINES)

    def _answer_json(self, body: bytes) -> Response:
        try:
            request = json.loads(body)
        except (ValueError, RecursionError):
            return _refuse(400, "The request is not valid JSON.")
        inputs = request.get("inputs") if isinstance(request, dict) else request
        many = inputs if isinstance(inputs, list) else [inputs]
        records = [item if isinstance(item, dict) else {"inputs": item} for item in many]
        notes = [_note_or_error(read_record, record) for record in records]
        answers = list(answer_all(self._engine, notes))
        return JSONResponse(answers if isinstance(inputs, list) else answers[0], status_code=_status(inputs, answers))


def _note_or_error(read: Callable[[Any], str], record: Any) -> str | RecordError:
    try:
        return read(record)
    except RecordError as error:
        return error


def _status(inputs: object, answers: list[Answer]) -> int:
    # A lone record that is bad is a bad request; in company it must not fail the others.
    return 400 if not isinstance(inputs, list) and "error" in answers[0] else 200


async def _body_within(request: Request, limit: int) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _refuse(status: int, message: str) -> Response:
    return JSONResponse({"error": {"code": f"Http{status}", "message": message}}, status_code=status)
