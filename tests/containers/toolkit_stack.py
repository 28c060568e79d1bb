"""The Hugging Face container's own stack, run natively: inference toolkit, multi-model-server, Java and its workers."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

PYTHON = Path(os.environ.get("TOOLKIT_PYTHON", ".venv-toolkit/bin/python")).absolute()
SECONDS_TO_LOAD, SECONDS_TO_STOP = 600.0, 20.0
# The toolkit asks transformers for a function that version 5 no longer has.
_SHIM = """
try:
    import transformers.file_utils as _utils
    if not hasattr(_utils, "is_tf_available"):
        _utils.is_tf_available = lambda: False
except ImportError:
    pass
"""
_MAIN = "from sagemaker_huggingface_inference_toolkit.serving import main; main()"


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Server:
    """A server on this machine, and the file that all its processes write to."""

    port: int
    log: Path

    def post(self, body: bytes, content_type: str, accept: str | None = None, seconds: float = 120.0) -> Answer:
        """Send one request to /invocations."""
        headers = {"Content-Type": content_type, **({"Accept": accept} if accept else {})}
        return self._ask("POST", "/invocations", body, headers, seconds)

    def ping(self) -> int:
        """Return the status of /ping, or 0 if there is no server yet."""
        try:
            return self._ask("GET", "/ping", b"", {}, 5.0).status
        except (OSError, HTTPException):
            return 0

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str], seconds: float) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            found = connection.getresponse()
            return Answer(found.status, found.read(), found.headers.get_content_type())
        finally:
            connection.close()


@contextmanager
def toolkit_server(base: Path) -> Iterator[Server]:
    """Serve the package unpacked in `base/model` as the container does, until the block is left."""
    port, management = free_port(), free_port()
    for name in ("tmp", "log", "shim"):
        (base / name).mkdir()
    (base / "shim" / "sitecustomize.py").write_text(_SHIM)
    environment = {
        "PATH": f"{PYTHON.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(base / "shim"),
        "HOME": str(base),
        "TMPDIR": str(base / "tmp"),
        "TEMP": str(base / "tmp"),
        "LOG_LOCATION": str(base / "log"),
        "METRICS_LOCATION": str(base / "log"),
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
        "MMS_INFERENCE_ADDRESS": f"http://127.0.0.1:{port}",
        "MMS_MANAGEMENT_ADDRESS": f"http://127.0.0.1:{management}",
        "HF_HUB_OFFLINE": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "https_", "HTTPS_"))}
    with _running([str(PYTHON), "-c", _MAIN], environment | pip, base, port) as server:
        yield server


@contextmanager
def own_server(python: str, model: Path, base: Path) -> Iterator[Server]:
    """Serve the same folder with our own server."""
    port = free_port()
    command = [python, "-m", "note_summarizer.serving", "--model", str(model), "--port", str(port)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    with _running(command, environment, base, port) as server:
        yield server


def processes_of(session: int) -> list[int]:
    """Return the processes that belong to a session, from /proc."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            # After the name in parentheses: state, parent, group, session.
            state, _, _, sid = stat.read_text().rpartition(")")[2].split()[:4]
            if int(sid) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found


@contextmanager
def _running(command: list[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[Server]:
    """Run a server in a session of its own, and end every process of that session."""
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = Server(port, log)
    try:
        _wait_until_loaded(server, process)
        yield server
    finally:
        end_session(process)


def end_session(process: subprocess.Popen[bytes], seconds: float = SECONDS_TO_STOP) -> None:
    """End every process of the session that a process leads, whatever group it is in: Java, and its Python workers.

    Args:
        seconds: how long they are asked before they are killed.
    """
    deadline = time.monotonic() + seconds
    while alive := processes_of(process.pid):
        for pid in alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        process.poll()
        time.sleep(0.5)
    process.wait()


def _wait_until_loaded(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait for an answer to a request: the toolkit's /ping says yes before the model is loaded."""
    deadline = time.monotonic() + SECONDS_TO_LOAD
    while time.monotonic() < deadline and process.poll() is None:
        if server.ping() == 200:
            with suppress(OSError, HTTPException):
                if server.post(b'{"inputs": "Ready?"}', "application/json").status == 200:
                    return
        time.sleep(0.5)
    raise AssertionError(f"the server does not answer:\n{server.log.read_text()[-4000:]}")


def free_port() -> int:
    """Return a port that nobody listens on now; the model server takes none above 32,766 (a signed short)."""
    for port in random.sample(range(20_000, 32_766), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")
