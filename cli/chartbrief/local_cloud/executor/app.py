"""The executor as an HTTP service that boto3 talks to: SageMaker's JSON protocol, and the runtime's REST."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.executor.service import Service
from chartbrief.local_cloud.iam.asgi import GrantsMiddleware

_OPERATIONS = ("CreateTransformJob", "DescribeTransformJob", "ListTransformJobs", "StopTransformJob")
_HEADER = "x-amzn-sagemaker-"
_ASYNC_TEXTS = {
    "content-type": "ContentType",
    "accept": "Accept",
    "inference-id": "InferenceId",
    "inputlocation": "InputLocation",
}
_ASYNC_NUMBERS = {"invocationtimeoutseconds": "InvocationTimeoutSeconds", "requestttlseconds": "RequestTTLSeconds"}


def create_app(service: Service) -> Starlette:
    """Return the application that serves the operations."""
    handlers = _Handlers(service)
    return Starlette(
        routes=[
            Route("/", handlers.operation, methods=["POST"]),
            Route("/endpoints/{name}/invocations", handlers.invocations, methods=["POST"]),
            Route("/endpoints/{name}/async-invocations", handlers.async_invocations, methods=["POST"]),
            Route("/ping", handlers.ping),
            Route("/busy", handlers.busy),
            Route("/times", handlers.times),
        ],
        middleware=[Middleware(GrantsMiddleware)],
    )


class _Handlers:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def operation(self, request: Request) -> Response:
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if name not in _OPERATIONS:
            return _refused(ServiceError("UnknownOperationException", f"{name} is not run locally"))
        call = getattr(self._service, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
        try:
            answer = await run_in_threadpool(call, json.loads(await request.body()))
        except ServiceError as error:
            return _refused(error)
        return JSONResponse(answer, media_type="application/x-amz-json-1.1")

    async def invocations(self, request: Request) -> Response:
        kind, accept = request.headers.get("content-type", ""), request.headers.get(f"{_HEADER}accept", "")
        accept = request.headers.get("accept", accept)
        body, name = await request.body(), request.path_params["name"]
        try:
            answer = await run_in_threadpool(self._service.invoke_endpoint, name, body, kind, accept)
        except ServiceError as error:
            return _refused(error)
        return Response(answer.content, media_type=answer.headers.get("content-type"))

    async def async_invocations(self, request: Request) -> Response:
        given = {"EndpointName": request.path_params["name"], **_asked(request.headers)}
        if body := await request.body():
            given["Body"] = body
        try:
            answer = await run_in_threadpool(self._service.invoke_endpoint_async, given)
        except ServiceError as error:
            return _refused(error)
        headers = {_HEADER + name.lower(): answer[name] for name in ("OutputLocation", "FailureLocation")}
        return JSONResponse({"InferenceId": answer["InferenceId"]}, status_code=202, headers=headers)

    async def ping(self, _: Request) -> Response:
        return Response()

    async def busy(self, _: Request) -> Response:
        return JSONResponse(self._service.busy())

    async def times(self, _: Request) -> Response:
        return JSONResponse(self._service.times())


def _asked(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of an asynchronous request, which are headers."""
    texts = {name: headers[_HEADER + end] for end, name in _ASYNC_TEXTS.items() if _HEADER + end in headers}
    numbers = {name: int(headers[_HEADER + end]) for end, name in _ASYNC_NUMBERS.items() if _HEADER + end in headers}
    return texts | numbers


def _refused(error: ServiceError) -> Response:
    body: dict[str, Any] = {"__type": error.code, "message": str(error), "Message": str(error), **error.more}
    return JSONResponse(body, status_code=error.status, headers={"x-amzn-ErrorType": error.code})
