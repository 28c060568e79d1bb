"""The ASGI application: GET /ping, GET /execution-parameters, POST /invocations."""

from __future__ import annotations

import os

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from note_summarizer.engine import SummaryEngine
from note_summarizer.serving.errors import RequestError
from note_summarizer.serving.requests import Reply, answer_request, check_content_type, read_request, refuse

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
        try:
            content_type = check_content_type(request.headers.get("content-type"))
            body = await _body_within(request, self._max_payload_mb * _MEGABYTE)
            reply = await run_in_threadpool(self._answer, body, content_type)
        except RequestError as error:
            reply = refuse(error)
        return Response(reply.body, reply.status, media_type=reply.content_type)

    def _answer(self, body: bytes, content_type: str) -> Reply:
        return answer_request(self._engine, read_request(body, content_type))


async def _body_within(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            size = limit // _MEGABYTE
            raise RequestError(413, f"The request is over {size} MB: send fewer records at a time.")
    return bytes(body)
