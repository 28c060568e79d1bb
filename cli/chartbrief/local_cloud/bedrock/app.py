"""Bedrock as an HTTP service that boto3 talks to by REST. `/faults` is for tests; Bedrock has no such thing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from json import JSONDecodeError, dumps
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from chartbrief.local_cloud.bedrock.service import Bedrock
from chartbrief.local_cloud.executor.errors import ServiceError, invalid
from chartbrief.local_cloud.iam.asgi import GrantsMiddleware

logger = logging.getLogger(__name__)
_NUMBERS = ("maxResults",)


def create_app(bedrock: Bedrock) -> Starlette:
    """Return the application that serves the operations; several requests are answered at a time."""
    handlers = _Handlers(bedrock)
    job = "/model-invocation-job/{jobIdentifier:path}"
    return Starlette(
        routes=[
            Route("/model/{modelId:path}/converse", handlers.converse, methods=["POST"]),
            Route("/model-invocation-job", handlers.create_job, methods=["POST"]),
            Route("/model-invocation-jobs", handlers.list_jobs, methods=["GET"]),
            Route(f"{job}/stop", handlers.stop_job, methods=["POST"]),
            Route(job, handlers.get_job, methods=["GET"]),
            Route("/ping", handlers.ping),
            Route("/busy", handlers.busy),
            Route("/times", handlers.times),
            Route("/faults", handlers.faults, methods=["PUT"]),
        ],
        middleware=[Middleware(GrantsMiddleware)],
    )


class _Handlers:
    def __init__(self, bedrock: Bedrock) -> None:
        self._bedrock = bedrock

    async def converse(self, request: Request) -> Response:
        return await self._run(self._bedrock.converse, request)

    async def create_job(self, request: Request) -> Response:
        return await self._run(self._bedrock.create_model_invocation_job, request)

    async def list_jobs(self, request: Request) -> Response:
        return await self._run(self._bedrock.list_model_invocation_jobs, request)

    async def get_job(self, request: Request) -> Response:
        return await self._run(self._bedrock.get_model_invocation_job, request)

    async def stop_job(self, request: Request) -> Response:
        return await self._run(self._bedrock.stop_model_invocation_job, request)

    async def _run(self, operation: Callable[[dict[str, Any]], dict[str, Any]], request: Request) -> Response:
        try:
            answer = await run_in_threadpool(operation, await _given(request))
        except ServiceError as error:
            return _refused(error)
        except Exception as error:  # noqa: BLE001 - the server would write the error's own words to the log
            logger.error("a request failed: %s", type(error).__name__)
            return _refused(ServiceError("InternalServerException", "An internal server error occurred.", 500))
        return Response(dumps(answer, default=_moment), media_type="application/json")

    async def ping(self, _: Request) -> Response:
        return Response()

    async def busy(self, _: Request) -> Response:
        return JSONResponse(self._bedrock.busy())

    async def times(self, _: Request) -> Response:
        return JSONResponse(self._bedrock.times())

    async def faults(self, request: Request) -> Response:
        try:
            self._bedrock.faults.plan_all(await request.json())
        except ValueError as error:
            return PlainTextResponse(str(error), 400)
        return Response(status_code=204)


async def _given(request: Request) -> dict[str, Any]:
    """Return an operation's parameters as boto3 was given them: those of the path, of the query and of the body."""
    query = {name: int(value) if name in _NUMBERS else value for name, value in request.query_params.items()}
    body: Any = {}
    if await request.body():
        try:
            body = await request.json()
        except JSONDecodeError:
            raise invalid("The request body is not valid JSON.") from None
    return {**(body if isinstance(body, dict) else {}), **query, **request.path_params}


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def _refused(error: ServiceError) -> Response:
    body = {"message": str(error), **error.more}
    return JSONResponse(body, status_code=error.status, headers={"x-amzn-ErrorType": error.code})
