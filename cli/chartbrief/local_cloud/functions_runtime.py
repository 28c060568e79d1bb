"""Running functions: worker processes with the template's environment, time-outs, a bound on how many at once."""

from __future__ import annotations

import json
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from chartbrief.errors import CloudFailedError
from chartbrief.local_cloud.processes import END_WITH_INPUT
from chartbrief.local_cloud.template import REGION
from chartbrief.local_cloud.wiring import Function

_START_SECONDS, _STOP_SECONDS = 180.0, 2.0
# What a function may see of this machine; everything else of its environment comes from the template.
_INHERITED = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "TZ")


class InvocationError(RuntimeError):
    """The handler raised, or did not end in time."""


class FunctionRuntime:
    """One function: invoked from any thread, run in at most `concurrency` workers."""

    def __init__(self, function: Function, logs: Path, endpoints: Mapping[str, str]) -> None:
        self.function = function
        self._log = logs / f"{function.name}.log"
        self._environment = _environment(function, endpoints)
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(function.concurrency):
            self._idle.put(None)
        self._workers: set[_Worker] = set()
        self._busy = 0
        self._lock = threading.Lock()
        self._stopped = False
        self.invocations: list[tuple[float, float]] = []  # from and to, in seconds since the epoch

    @property
    def busy(self) -> bool:
        """Say whether an invocation is under way."""
        return self._busy > 0

    def warm(self) -> None:
        """Start one worker, so that the first event does not wait for imports.

        Raises:
            CloudFailedError: the handler could not be imported.
        """
        self._idle.get()
        try:
            self._idle.put(self._start())
        except InvocationError as error:
            self._idle.put(None)
            raise CloudFailedError(f"{self.function.name} did not start; see {self._log}") from error

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """Invoke the function and return its answer; waits for a free worker.

        Raises:
            InvocationError: it raised, or ran past its time-out (its worker is then ended).
        """
        worker = self._idle.get()
        with self._lock:
            self._busy += 1
        started = time.time()
        try:
            worker = worker or self._start()
            return worker.ask(event, self.function.timeout)
        except InvocationError as error:
            if not self._stopped:
                self._note(error)
            if worker is not None and worker.is_dead:
                self._workers.discard(worker)
                worker.close()
                worker = None
            raise
        finally:
            with self._lock:
                self._busy -= 1
                self.invocations.append((started, time.time()))
            self._idle.put(worker)

    def stop(self) -> None:
        """End every worker."""
        self._stopped = True  # before any worker ends: what fails from here on is our own doing
        workers = list(self._workers)
        for worker in workers:
            worker.kill()
        deadline = time.monotonic() + _STOP_SECONDS
        while self.busy and time.monotonic() < deadline:
            time.sleep(0.01)  # whoever waits for an answer of theirs sees the end of its pipe
        for worker in workers:
            worker.close()

    def _note(self, error: InvocationError) -> None:
        line = {"level": "ERROR", "message": "invocation failed", "error": str(error)}
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _start(self) -> _Worker:
        if self._stopped:
            raise InvocationError("the cloud is stopping")
        worker = _Worker(self.function.handler, self._environment, self._log)
        self._workers.add(worker)
        worker.wait_until_ready()
        return worker


class _Worker:
    def __init__(self, handler: str, environment: Mapping[str, str], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        read_end, write_end = os.pipe()
        with log.open("ab") as file:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                # Descriptor 3 carries the answers: a shell-free way to give a child a pipe by number.
                [sys.executable, "-c", _BOOT.format(fd=write_end), handler],
                stdin=subprocess.PIPE,
                stdout=file,
                stderr=file,
                env=dict(environment),
                pass_fds=(write_end,),
            )
        os.close(write_end)
        self._answers: IO[bytes] = os.fdopen(read_end, "rb")

    @property
    def is_dead(self) -> bool:
        return self._process.poll() is not None

    def wait_until_ready(self) -> None:
        self._read(_START_SECONDS)

    def ask(self, event: Mapping[str, Any], timeout: float) -> Any:
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        try:
            self._process.stdin.write(json.dumps(event).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            self.kill()
            raise InvocationError("the worker ended") from error
        answer = self._read(timeout)
        if "error" in answer:
            raise InvocationError(answer["error"])
        return answer["answer"]

    def _read(self, timeout: float) -> Any:
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            ready = selector.select(timeout)
        line = self._answers.readline() if ready else b""
        if not line:
            self.kill()
            raise InvocationError("timed out" if not ready else "the worker ended")
        return json.loads(line)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        for pipe in (self._process.stdin, self._answers):
            with suppress(OSError):  # what was not flushed has no reader any more
                if pipe is not None:
                    pipe.close()


_BOOT = f"""{END_WITH_INPUT}
import runpy, sys
os.dup2({{fd}}, 3)
sys.argv = ["lambda_worker", *sys.argv[1:]]
runpy.run_module("chartbrief.local_cloud.lambda_worker", run_name="__main__")
"""


def _environment(function: Function, endpoints: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        **function.environment,
        **endpoints,
        "AWS_ACCESS_KEY_ID": function.name,  # by which the services know whose policy holds
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_LOG_LEVEL": function.log_level,
        "AWS_REGION": REGION,
        "CHARTBRIEF_FUNCTION_TIMEOUT": str(function.timeout),
        "PYTHONUNBUFFERED": "1",
    }
