"""The image as a container that may do nothing: no network, no rights, no writable file system.

It is reached by a program within it that speaks to the server's socket, so that neither a published port nor a rule
of a firewall is needed, and every container tool will do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from chartbrief.cloud import DEFAULT_MODEL

TOOL, IMAGE = os.environ.get("CONTAINER_TOOL", ""), os.environ.get("IMAGE", "")
PYTHON = "/opt/chartbrief/bin/python"
SECONDS = 120.0
CONFINED = ("--network=none", "--read-only", "--cap-drop=all", "--security-opt=no-new-privileges")
# Reads one line of JSON and a body, sends the request, writes one line of JSON and the body of the answer.
_WITHIN = """
import http.client, json, sys
asked = json.loads(sys.stdin.buffer.readline())
connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=100)
connection.request(asked["method"], asked["path"], sys.stdin.buffer.read(), asked["headers"])
answer = connection.getresponse()
body = answer.read()
print(json.dumps([answer.status, answer.getheaders()]), flush=True)
sys.stdout.buffer.write(body)
"""


def run_tool(*arguments: str, body: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the container tool; its failures are the caller's to judge."""
    return subprocess.run([TOOL, *arguments], input=body, capture_output=True, timeout=SECONDS)


@dataclass(frozen=True)
class Container(httpx.BaseTransport):
    """A running container, and the way to its server."""

    name: str
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "http", httpx.Client(transport=self, base_url="http://container"))

    def run(self, *command: str, body: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program within the container."""
        return run_tool("exec", "--interactive", self.name, *command, body=body)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request from within; a server that does not listen is a connection error."""
        asked = {"method": request.method, "path": request.url.path, "headers": dict(request.headers)}
        found = self.run(PYTHON, "-c", _WITHIN, body=json.dumps(asked).encode() + b"\n" + request.read())
        if found.returncode:
            raise httpx.ConnectError(found.stderr.decode()[-500:])
        head, _, body = found.stdout.partition(b"\n")
        status, headers = json.loads(head)
        return httpx.Response(status, headers=headers, content=body)

    def wait_until_ready(self) -> None:
        """Wait for /ping to answer 200."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                if self.http.get("/ping").status_code == 200:
                    return
            except httpx.ConnectError:
                time.sleep(0.2)
        raise AssertionError(run_tool("logs", self.name).stderr.decode())


@contextmanager
def running(*options: str) -> Iterator[Container]:
    """Start the image as SageMaker does, `run IMAGE serve`, confined, with the shipped model."""
    model = f"--volume={DEFAULT_MODEL}:/opt/ml/model:ro"
    started = run_tool("run", "--detach", *CONFINED, model, *options, IMAGE, "serve")
    assert started.returncode == 0, started.stderr.decode()
    container = Container(started.stdout.decode().strip())
    try:
        container.wait_until_ready()
        yield container
    finally:
        run_tool("rm", "--force", container.name)


@pytest.fixture(scope="session", autouse=True)
def image() -> None:
    """Skip where there is no image to test."""
    if not TOOL or not IMAGE:
        pytest.skip("these tests need an image and a container tool: make image test-image")
    if shutil.which(TOOL) is None:
        pytest.skip(f"{TOOL} is not installed: name another by CONTAINER_TOOL")
    if run_tool("image", "inspect", IMAGE).returncode:
        pytest.skip(f"there is no image {IMAGE}: make image")


@pytest.fixture(scope="module")
def container(image: None) -> Iterator[Container]:
    with running("--env=SAGEMAKER_MAX_PAYLOAD_IN_MB=1") as found:
        yield found


@pytest.fixture(scope="module")
def server(container: Container) -> httpx.Client:
    return container.http
