"""A container as SageMaker talks to it: /ping and /invocations. `/faults` is for tests; SageMaker has no such thing.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chartbrief.local_cloud.contracts.server import Container


def create_app(container: Container) -> Starlette:
    """Return the application that serves a container; several requests are answered at a time."""

    async def ping(_: Request) -> Response:
        return Response()

    async def invocations(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        status, body = await run_in_threadpool(container.invoke, await request.body(), kind)
        return Response(body, status, media_type="application/json")

    async def faults(request: Request) -> Response:
        try:
            container.faults.plan_all(await request.json())
        except ValueError as error:
            return PlainTextResponse(str(error), 400)
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/ping", ping),
            Route("/invocations", invocations, methods=["POST"]),
            Route("/faults", faults, methods=["PUT"]),
        ]
    )
