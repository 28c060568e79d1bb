"""Stopping a run in the middle."""

import os
import signal
import time
from pathlib import Path

import pytest
from tests.e2e.command import SAMPLES, Command

PATIENCE_SECONDS = 120


def wait_for_children(command: Command, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(command.alive()) <= count and time.monotonic() < deadline:
        time.sleep(0.2)


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_stops_every_child_and_ends_without_a_traceback(
    command: Command, tmp_path: Path, stop: signal.Signals, status: int
) -> None:
    process = command.start("run", SAMPLES, "--out", tmp_path / "out")
    wait_for_children(command, 2)
    os.killpg(process.pid, stop)  # as a terminal does: the whole group gets it
    ended = command.end(process, PATIENCE_SECONDS)
    assert ended.status == status, ended.stderr
    assert ended.left_behind == []
    assert "Traceback" not in ended.stdout + ended.stderr
