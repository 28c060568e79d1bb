"""What `sam build` made, under the emulator of Lambda's runtime that the SAM CLI ships: no container, not our sources.

A function sees what it sees on Lambda: its artifact, its layers, the runtime with boto3, Python's own library. Whatever
`sam build` forgot is missing here too. Time-outs hold; memory is not limited (`make sam-local` does that).
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import httpx

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.functions_runtime import InvocationError
from chartbrief.local_cloud.processes import free_port
from chartbrief.local_cloud.template import REGION
from chartbrief.local_cloud.wiring import Function

BUILT = CHECKOUT / ".aws-sam" / "build"
EMULATOR = CHECKOUT.joinpath(".venv-sam/lib/python3.11/site-packages/samcli/local/rapid/aws-lambda-rie-x86_64")
# What Lambda's runtime brings along, and all that a function may import beside its artifact.
_RUNTIME = ("awslambdaric", "boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "simplejson", "six")
_RUNTIME += ("snapshot-restore-py", "urllib3")
_BOOT = """
import sys
sys.path[:0] = sys.argv[2:]
from awslambdaric.__main__ import main
main(sys.argv[:2])
"""
_START_SECONDS = 20.0


def why_not() -> str:
    """Say why the built functions cannot be run here; "" if they can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return "the artifacts are for Linux on x86_64"
    if not EMULATOR.is_file() or not BUILT.joinpath("template.yaml").is_file():
        return "run `make build` first"
    newest = max(path.stat().st_mtime for path in (CHECKOUT / "functions").rglob("*.*") if path.suffix != ".pyc")
    if (
        max(newest, CHECKOUT.joinpath("template.yaml").stat().st_mtime)
        > BUILT.joinpath("template.yaml").stat().st_mtime
    ):
        return "the sources are newer than the build: run `make build`"
    return ""


def runtime_packages(folder: Path) -> Path:
    """Fill a folder with links to what Lambda's runtime brings along, and nothing else of this environment."""
    for name in _RUNTIME:
        found = distribution(name)
        tops = {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}
        for top in tops:
            folder.joinpath(top).symlink_to(Path(str(found.locate_file(top))))
    return folder


class EmulatedFunction:
    """One built function under the emulator, for the local cloud's pollers and for tests."""

    def __init__(self, function: Function, packages: Path, layers: Sequence[str], log: Path, own: Mapping[str, str]):
        """Start the emulator; the function itself is imported by its first call.

        Args:
            packages: folder of `runtime_packages`.
            layers: logical ids of its layers.
            own: variables of the local cloud.
        """
        self.function = function
        self.invocations: list[tuple[float, float]] = []
        self._busy = 0
        self._port = free_port()
        paths = [BUILT / function.name, *(BUILT / layer / "python" for layer in layers), packages]
        listen = [f"--runtime-interface-emulator-address=127.0.0.1:{self._port}"]
        listen.append(f"--runtime-api-address=127.0.0.1:{free_port()}")
        python = [sys.executable, "-I", "-S", "-c", _BOOT, function.handler, *map(str, paths)]
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [str(EMULATOR), *listen, *python],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=_variables(function, own),
                start_new_session=True,
            )

    @property
    def busy(self) -> bool:
        """Say whether an invocation is under way."""
        return self._busy > 0

    def warm(self) -> None:
        """Wait until the emulator listens."""
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            try:
                return httpx.get(f"http://127.0.0.1:{self._port}/").close()
            except httpx.ConnectError:
                time.sleep(0.05)
        raise InvocationError("the emulator does not listen")

    def invoke(self, event: Mapping[str, Any], /) -> Any:
        """Invoke the function and return its answer.

        Raises:
            InvocationError: it raised, or was ended.
        """
        self._busy += 1
        started = time.time()
        try:
            url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
            answer = httpx.post(url, json=event, timeout=self.function.timeout + 5)
        finally:
            self._busy -= 1
            self.invocations.append((started, time.time()))
        try:
            payload = answer.json()
        except ValueError:
            raise InvocationError(answer.text) from None
        if isinstance(payload, dict) and "errorType" in payload:
            raise InvocationError(str(payload))
        return payload

    def stop(self) -> None:
        """End the emulator, and the runtime under it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _variables(function: Function, own: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        **function.environment,
        **own,
        "AWS_ACCESS_KEY_ID": function.name,  # by which the local cloud knows whose policy holds
        "AWS_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": f"{function.timeout:.0f}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
    }
