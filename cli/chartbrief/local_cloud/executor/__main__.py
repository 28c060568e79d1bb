"""The executor as an HTTP service that boto3 talks to: SageMaker's JSON protocol, and the runtime's REST."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import boto3
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import ServiceError
from chartbrief.local_cloud.executor.service import Service
from chartbrief.local_cloud.processes import die_with_parent

_OPERATIONS = ("CreateTransformJob", "DescribeTransformJob", "ListTransformJobs", "StopTransformJob")


def create_app(service: Service) -> Starlette:
    """Return the application that serves the operations."""

    async def operation(request: Request) -> Response:
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        if name not in _OPERATIONS:
            return _refused(ServiceError("UnknownOperationException", f"{name} is not run locally"))
        call = getattr(service, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
        try:
            answer = await run_in_threadpool(call, json.loads(await request.body()))
        except ServiceError as error:
            return _refused(error)
        return JSONResponse(answer, media_type="application/x-amz-json-1.1")

    async def invocations(request: Request) -> Response:
        kind, accept = request.headers.get("content-type", ""), request.headers.get("x-amzn-sagemaker-accept", "")
        accept = request.headers.get("accept", accept)
        body, name = await request.body(), request.path_params["name"]
        try:
            answer = await run_in_threadpool(service.invoke_endpoint, name, body, kind, accept)
        except ServiceError as error:
            return _refused(error)
        return Response(answer.content, media_type=answer.headers.get("content-type"))

    async def ping(_: Request) -> Response:
        return Response()

    async def times(_: Request) -> Response:
        return JSONResponse(service.times())

    return Starlette(
        routes=[
            Route("/", operation, methods=["POST"]),
            Route("/endpoints/{name}/invocations", invocations, methods=["POST"]),
            Route("/ping", ping),
            Route("/times", times),
        ]
    )


def _refused(error: ServiceError) -> Response:
    body: dict[str, Any] = {"__type": error.code, "message": str(error), "Message": str(error)}
    return JSONResponse(body, status_code=error.status, headers={"x-amzn-ErrorType": error.code})


def main() -> None:
    """Serve until the parent ends this process."""
    die_with_parent()
    port, model_url, model, endpoint = sys.argv[1:5]
    service = Service(Container(model_url), boto3.client("s3"), boto3.client("events"), model, endpoint)
    uvicorn.run(create_app(service), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
