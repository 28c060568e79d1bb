"""The image keeps the server's contract, and needs nothing but a model to do so."""

from __future__ import annotations

import json

from tests.functional.server_contract import LINES, LONG, NOTE, ServerContract
from tests.image.conftest import CONFINED, IMAGE, PYTHON, Container, run_tool, running

CANARY = "zanzibarquux"


class TestWithinTheContainer(ServerContract):
    """The same promises as the server keeps outside."""


def test_it_does_not_run_as_root(container: Container) -> None:
    code = "import os; print(os.getuid(), os.getgid(), os.getpid())"
    assert container.run(PYTHON, "-c", code).stdout.split()[:2] == [b"10001", b"10001"]
    assert b"Uid:\t10001" in container.run("cat", "/proc/1/status").stdout


def test_nothing_can_be_written_and_nobody_reached(container: Container) -> None:
    # Not /tmp: podman puts a file system in memory there.
    for folder in ("/", "/var", "/opt/ml/model", "/opt/chartbrief"):
        assert b"Read-only file system" in container.run("touch", f"{folder}/x").stderr
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"
    assert b"unreachable" in container.run(PYTHON, "-c", code).stderr


def test_it_holds_what_serves_and_nothing_else(container: Container) -> None:
    code = "import importlib.util as u; print(*(n for n in {names!r} if u.find_spec(n)))"
    names = ["ctranslate2", "tokenizers", "uvicorn", "torch", "transformers", "boto3", "pip", "moto", "chartbrief"]
    found = container.run(PYTHON, "-c", code.format(names=names)).stdout.split()
    assert found == [b"ctranslate2", b"tokenizers", b"uvicorn"]


def test_a_signal_ends_it_well_and_no_log_holds_a_note() -> None:
    with running() as container:
        body = "\n".join(json.dumps({"inputs": note}) for note in (NOTE, LONG, f"{CANARY} has a fever.")).encode()
        assert container.http.post("/invocations", content=body, headers={"content-type": LINES}).status_code == 200
        container.http.post(
            "/invocations", content=b'{"inputs": "%s' % CANARY.encode(), headers={"content-type": LINES}
        )
        assert run_tool("stop", "--time=30", container.name).returncode == 0
        inspected = run_tool("inspect", "--format={{.State.ExitCode}}", container.name)
        assert inspected.stdout.strip() == b"0"
        logs = run_tool("logs", container.name)
        assert logs.stdout + logs.stderr == b""


def test_without_a_model_it_says_so_and_fails() -> None:
    ended = run_tool("run", "--rm", *CONFINED, IMAGE, "serve")
    assert ended.returncode == 2
    assert b"/opt/ml/model holds no model to serve: artifact.json" in ended.stderr


def test_its_labels_say_what_it_is() -> None:
    labels = json.loads(run_tool("image", "inspect", "--format={{json .Config.Labels}}", IMAGE).stdout)
    named = {name.removeprefix("org.opencontainers.image.") for name in labels}
    assert {"title", "description", "licenses", "version", "revision"} <= named
    assert labels["org.opencontainers.image.version"] != "unknown"
