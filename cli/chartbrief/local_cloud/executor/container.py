"""The model server behind jobs and endpoints, spoken to as SageMaker does."""

from __future__ import annotations

import time
from typing import Any

import httpx

from chartbrief.local_cloud.executor.errors import TransformFileError

_PING_SECONDS = 120.0


class Container:
    """A model server at a URL.

    Attributes:
        calls: when it was asked and had answered (seconds since the epoch), one pair a request.
    """

    def __init__(self, url: str) -> None:
        self.calls: list[tuple[float, float]] = []
        self._http = httpx.Client(base_url=url, limits=httpx.Limits(max_connections=100))

    def wait_until_ready(self) -> None:
        """Wait for /ping to answer 200.

        Raises:
            TransformFileError: it did not within two minutes.
        """
        deadline = time.monotonic() + _PING_SECONDS
        while time.monotonic() < deadline:
            try:
                if self._http.get("/ping", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TransformFileError("the container did not answer /ping with 200")

    def execution_parameters(self) -> dict[str, Any]:
        """Return what the container suggests, or nothing if it has no suggestions."""
        self.wait_until_ready()
        try:
            answer = self._http.get("/execution-parameters", timeout=5)
            return dict(answer.json()) if answer.status_code == 200 else {}
        except (httpx.HTTPError, ValueError):
            return {}

    def invoke(self, body: bytes, content_type: str, accept: str, timeout: float, retries: int) -> bytes:
        """Send a request, again as often as `retries` says if it fails; return the answer's body.

        Raises:
            TransformFileError: the last try was answered with an error, or not in time.
        """
        for _ in range(retries + 1):
            try:
                answer = self.post(body, content_type, accept, timeout)
            except httpx.HTTPError:
                continue
            if answer.status_code == 200:
                return answer.content
        raise TransformFileError("the container failed a request")

    def post(self, body: bytes, content_type: str, accept: str, timeout: float) -> httpx.Response:
        """Send one request to /invocations."""
        headers = {"Content-Type": content_type, "Accept": accept}
        named = {name: value for name, value in headers.items() if value}
        started = time.time()
        try:
            return self._http.post("/invocations", content=body, headers=named, timeout=timeout)
        finally:
            self.calls.append((started, time.time()))
