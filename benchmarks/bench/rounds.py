"""Measurements in rounds: every system once, then every system again, so that a slow minute hits all of them alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.bench.workloads import Workload, evenly

Say = Callable[[str], None]


class RowError(RuntimeError):
    """A system's process could not measure; the message says why."""


@dataclass
class Measured:
    """What a row's process said.

    Attributes:
        places: the texts it was asked for, by their places in the workload.
        runs: seconds, CPU seconds, peak bytes and answers of every round.
        error: why there are no (more) rounds; empty if nothing failed.
    """

    row: str
    places: list[int]
    opened: dict[str, Any] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""


class Worker:
    """A system's process, open until closed."""

    def __init__(self, row: str, workload: Path, threads: int, known: dict[str, Any]) -> None:
        """Start it and wait until its system is loaded and warm.

        Args:
            known: what its system found out when it was open before.

        Raises:
            RowError: the system does not load.
        """
        # A library's own idea of its number of threads must not differ from what it is told.
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
        # A file and no pipe: nobody reads along, and a full pipe would stop the process.
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed by close
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bench.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True, env=environment,
        )  # fmt: skip
        self.opened = self.ask({"row": row, "workload": str(workload), "threads": threads, "known": known})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request and return the reply.

        Raises:
            RowError: the process failed or ended.
        """
        assert self._process.stdin is not None  # noqa: S101 - pipes were asked for
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        reply: dict[str, Any] = json.loads(line) if line else {"error": self._ended()}
        if "error" in reply:
            self.close()
            raise RowError(reply["error"])
        return reply

    def close(self) -> None:
        """End the process; a request under way is finished first."""
        if self._process.poll() is None:
            self._process.communicate()
        self._said.close()

    def _ended(self) -> str:
        self._process.communicate()
        self._said.seek(0)
        last = self._said.read().strip().splitlines()[-1:] or ["it said nothing"]
        return f"the process ended with status {self._process.returncode}: {last[0]}"[:300]


def measure_rows(
    rows: Sequence[str], workload: Workload, path: Path, *, rounds: int, threads: int, most: dict[str, int], say: Say
) -> list[Measured]:
    """Measure every row in every round.

    Args:
        path: where the workload was written.
        most: texts that a slow row is asked for at most, evenly spread over the workload.
    """
    measured = {row: Measured(row, evenly(len(workload.texts), most.get(row, len(workload.texts)))) for row in rows}
    workers: dict[str, Worker] = {}
    try:
        for number in range(rounds):
            for row, found in measured.items():
                if not found.error:
                    _one_round(found, workload, workers, lambda known, row=row: Worker(row, path, threads, known))
                    say(_told(workload.name, number, found))
    finally:
        for worker in workers.values():
            worker.close()
    return list(measured.values())


def _one_round(
    found: Measured, workload: Workload, workers: dict[str, Worker], start: Callable[[dict[str, Any]], Worker]
) -> None:
    try:
        worker = workers.pop(found.row, None) or start(found.opened.get("checks", {}))
        found.opened = worker.opened
        found.runs.append(worker.ask({"texts": [workload.texts[place] for place in found.places]}))
        if workload.stays_open:
            workers[found.row] = worker
        else:
            worker.close()
    except RowError as error:
        found.error = str(error)


def _told(name: str, number: int, found: Measured) -> str:
    if found.error:
        return f"{name}  round {number + 1}  {found.row:<12} failed: {found.error}"
    run = found.runs[-1]
    return f"{name}  round {number + 1}  {found.row:<12} {len(found.places)} texts in {run['seconds']:.1f} s"
