"""The same for the services that are ASGI applications: SageMaker's and Bedrock's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chartbrief.local_cloud.iam.enforcement import GRANTS, REFUSED, Grants, refused_body
from chartbrief.local_cloud.iam.http_requests import HttpRequest

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class GrantsMiddleware:
    """Refuses what is not granted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._grants = app, Grants()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        response = self._own_answer(scope, body, request)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await (response(scope, again, send) if response else self._app(scope, again, send))

    def _own_answer(self, scope: Scope, body: bytes, request: Request) -> Response | None:
        if scope["path"] == GRANTS:
            self._grants.take(body)
            return JSONResponse({})
        if scope["path"] == REFUSED:
            return JSONResponse(self._grants.refused)
        path, query = scope.get("raw_path", b"").decode(), scope["query_string"].decode()
        asked = HttpRequest(scope["method"], path, query, lambda name: request.headers.get(name, ""), body)
        what = self._grants.refusal(asked)
        if not what:
            return None
        content_type, refusal = refused_body(asked.signer()[1], what)
        kind: dict[str, Any] = {"x-amzn-ErrorType": json.loads(refusal)["__type"]}
        return Response(refusal, 403, kind, content_type)
