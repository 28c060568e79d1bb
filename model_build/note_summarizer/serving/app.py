"""The ASGI application: GET /ping, GET /execution-parameters, POST /invocations."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from note_summarizer.serving.admission import Admission
from note_summarizer.serving.errors import RequestAbandonedError, RequestError, where
from note_summarizer.serving.limits import RequestLimits
from note_summarizer.serving.read_body import check_length, read_body
from note_summarizer.serving.records import Engine
from note_summarizer.serving.requests import Reply, answer_request, check_content_type, read_request, refuse
from note_summarizer.serving.served_model import ModelState, ServedModel

_GONE = 499  # what nginx calls it: nobody is left to read the reply
logger = logging.getLogger(__name__)


def create_app(model: ServedModel, limits: RequestLimits | None = None) -> Starlette:
    """Return the application that serves one model.

    Args:
        limits: how many requests of which size are taken at a time.
    """
    service = _Service(model, limits or RequestLimits())
    return Starlette(
        routes=[
            Route("/ping", service.ping),
            Route("/execution-parameters", service.execution_parameters),
            Route("/invocations", service.invocations, methods=["POST"]),
        ]
    )


class _Service:
    def __init__(self, model: ServedModel, limits: RequestLimits) -> None:
        self._model, self._limits = model, limits
        self._admission = Admission(limits.concurrent, limits.waiting)
        self._threads = ThreadPoolExecutor(limits.concurrent, "answer")

    async def ping(self, _: Request) -> Response:
        return Response(status_code=200 if self._model.state is ModelState.READY else 503)

    async def execution_parameters(self, _: Request) -> Response:
        return JSONResponse(self._limits.as_execution_parameters())

    async def invocations(self, request: Request) -> Response:
        try:
            reply = await self._reply(request)
        except RequestError as error:
            reply = refuse(error)
        except RequestAbandonedError:
            return Response(status_code=_GONE)
        except asyncio.CancelledError:  # uvicorn's way to say that the time to finish is over
            self._model.cut_off += 1
            reply = refuse(RequestError(503, "The server is stopping: send the request again.", retry_after=1))
        except Exception as error:  # noqa: BLE001 - the server would write the error's own words to the log
            logger.error("a request failed: %s", where(error))
            reply = refuse(RequestError(500, "The request failed: send it again.", retry_after=1))
        return Response(reply.body, reply.status, reply.headers, reply.content_type)

    async def _reply(self, request: Request) -> Reply:
        engine = self._model.engine()
        content_type = check_content_type(request.headers.get("content-type"))
        check_length(request, self._limits)
        async with self._admission.slot():
            body = await read_body(request, self._limits)
            abandoned = threading.Event()
            watch = asyncio.create_task(_watch(request, abandoned))
            try:
                return await asyncio.get_running_loop().run_in_executor(
                    self._threads, self._answer, engine, body, content_type, abandoned
                )
            finally:
                abandoned.set()
                watch.cancel()

    def _answer(self, engine: Engine, body: bytes, content_type: str, abandoned: threading.Event) -> Reply:
        reply = answer_request(engine, read_request(body, content_type), abandoned.is_set)
        if reply.failed:
            # Notes that fail are told one by one; a model that fails is told by the status, and the job tries again.
            self._model.examine()
        return reply


async def _watch(request: Request, abandoned: threading.Event) -> None:
    """Note when whoever asked is gone: a repeated request would otherwise compete with the one it replaces."""
    if (await request.receive())["type"] == "http.disconnect":
        abandoned.set()
