"""A model server as a process of its own, spoken to over a socket."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.processes import free_port

SECONDS = 60.0


@dataclass(frozen=True)
class ServedProcess:
    """A running server."""

    process: subprocess.Popen[str]
    http: httpx.Client

    def ping(self) -> int:
        """Return the status of /ping; 0 if nobody listens."""
        with suppress(httpx.HTTPError):
            return self.http.get("/ping").status_code
        return 0

    def wait_for_ping(self, status: int) -> None:
        """Wait until /ping has this status."""
        deadline = time.monotonic() + SECONDS
        while self.ping() != status:
            assert time.monotonic() < deadline, "the server did not get there"
            time.sleep(0.02)

    def peak_bytes(self) -> int:
        """Return the most physical memory that the process ever had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024

    def end(self) -> tuple[int, str]:
        """Wait for the process's end; return its exit status and what it wrote."""
        _, errors = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, errors


@contextmanager
def toy_server(*options: str) -> Iterator[ServedProcess]:
    """Serve an engine without a model; see `toy_served_engine` for the options."""
    port = str(free_port())
    command = [sys.executable, "-m", "tests.functional.toy_served_engine", port, *options]
    paths = os.pathsep.join(str(CHECKOUT / folder) for folder in ("", "model_build", "functions", "cli"))
    with (
        subprocess.Popen(
            command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": paths}, stderr=subprocess.PIPE, text=True
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SECONDS) as http,
    ):
        try:
            yield ServedProcess(process, http)
        finally:
            process.kill()
