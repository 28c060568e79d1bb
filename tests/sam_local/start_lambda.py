"""`sam local start-lambda` over the built template: every function in a container of its own, invoked as Lambda is."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tests.sam_local.engine import Engine
from tests.sam_local.front import Front

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.functions_runtime import InvocationError
from chartbrief.local_cloud.processes import free_port, leave_interrupts_to_parent
from chartbrief.local_cloud.template import REGION
from chartbrief.local_cloud.wiring import Function

BUILT = CHECKOUT / ".aws-sam" / "build" / "template.yaml"
_START_SECONDS, _STOP_SECONDS = 300.0, 30.0
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}


def _end_with_parent() -> None:
    """Have the kernel end SAM when the tests end, however that happens (Linux only): it then ends its containers."""
    leave_interrupts_to_parent()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


# A function, and who answers it for AWS.
Fed = tuple[Function, Front]


class StartLambda:
    """A running `sam local start-lambda`; `stop` ends it and whatever container it leaves."""

    def __init__(self, fed: Mapping[str, Fed], aws: str, engine: Engine, logs: Path, template: Path = BUILT) -> None:
        """Start it, and wait until every function's container is up.

        Args:
            fed: the functions by name, each with the front that answers it for AWS.
            aws: URL that answers SAM itself, which asks who it is as soon as there are credentials.
            template: a built template; another than the one in use lies beside it, where the artifacts are.
        """
        self._template, self._engine, self._port = template, engine, free_port()
        self._way = engine.way_home()
        self._fed = fed
        logs.mkdir(parents=True, exist_ok=True)
        self.log, variables = logs / "start-lambda.log", logs / "env.json"
        variables.write_text(json.dumps({name: self.environment(name) for name in fed}, indent=1))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(variables),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **_CREDENTIALS, "AWS_ENDPOINT_URL": aws},
                preexec_fn=_end_with_parent,
            )
        self._wait()

    def environment(self, name: str) -> dict[str, str]:
        """Return the variables that a function is given in place of the template's."""
        function, front = self._fed[name]
        return {**function.environment, "AWS_ENDPOINT_URL": f"http://{self._way.name}:{front.port}"}

    def _command(self, variables: Path) -> list[str]:
        where = ["--template", str(self._template), "--host", "127.0.0.1", "--port", str(self._port)]
        how = ["--warm-containers", "EAGER", "--no-watch", "--region", REGION, "--env-vars", str(variables)]
        if image := os.environ.get("LAMBDA_IMAGE"):
            how += ["--skip-pull-image", "--invoke-image", image]
        return [os.environ["SAM"], "local", "start-lambda", *self._fed, *where, *how]

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while f"Running on http://127.0.0.1:{self._port}" not in self.log.read_text("utf-8", "replace"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"sam local start-lambda did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.2)

    def containers(self) -> dict[str, dict[str, Any]]:
        """Return what the engine knows of each function's container, by the function's name."""
        addresses = {name: f"AWS_ENDPOINT_URL={self.environment(name)['AWS_ENDPOINT_URL']}" for name in self._fed}
        found = {name: self._engine.containers_of(address) for name, address in addresses.items()}
        return {name: containers[0] for name, containers in found.items() if containers}

    def client(self, patience: float) -> Any:
        """Return a client of the Lambda service."""
        config = Config(signature_version=UNSIGNED, read_timeout=patience, retries={"max_attempts": 0})
        return boto3.client("lambda", REGION, endpoint_url=f"http://127.0.0.1:{self._port}", config=config)

    def stop(self) -> None:
        """End SAM, and its containers if it left them."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for container in self.containers().values():
            self._engine.remove(container["Id"])


class ContainerRuntime:
    """One function in its container, invoked by the local cloud's pollers in place of a worker."""

    def __init__(self, function: Function, service: StartLambda) -> None:
        self.function = function
        self._lambda = service.client(function.timeout + 60)
        self._busy = 0
        self.invocations: list[tuple[float, float]] = []

    @property
    def busy(self) -> bool:
        """Say whether an invocation is under way."""
        return self._busy > 0

    def warm(self) -> None:
        """Do nothing: the container is up."""

    def stop(self) -> None:
        """Do nothing: the service stops all of them."""

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Invoke the function and return its answer.

        Raises:
            InvocationError: it raised, or was ended.
        """
        self._busy += 1
        started = time.time()
        try:
            answer = self._lambda.invoke(FunctionName=self.function.name, Payload=json.dumps(event).encode())
            told = answer["Payload"].read()
        except (BotoCoreError, ClientError) as error:
            raise InvocationError(str(error)) from error
        finally:
            self._busy -= 1
            self.invocations.append((started, time.time()))
        try:
            payload = json.loads(told)
        except ValueError:  # the emulator's own words, such as "Task timed out after 300.00 seconds", or nothing
            raise InvocationError(told.decode()) from None
        # SAM takes an answer for an error by its keys, and does not know the one that newer runtimes add.
        if "FunctionError" in answer or (isinstance(payload, dict) and {"errorType", "errorMessage"} <= set(payload)):
            raise InvocationError(str(payload))
        return payload
