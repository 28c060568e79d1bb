"""The console command as a child process, and what it leaves behind."""

import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chartbrief.cloud import CHECKOUT

SAMPLES = CHECKOUT / "samples" / "notes"
MARK = "CHARTBRIEF_TEST_MARK"


@dataclass(frozen=True)
class Ended:
    """A finished command, and the processes it left behind."""

    status: int
    stdout: str
    stderr: str
    left_behind: list[str]

    def json(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.stdout)
        return report


class Command:
    """Starts `chartbrief` with a mark in its environment, which every child inherits and can be found by."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex

    def start(self, *arguments: object, output: IO[str] | None = None) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "chartbrief", *map(str, arguments)],
            env=os.environ | {MARK: self.mark},
            stdout=output or subprocess.PIPE,
            stderr=output or subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def end(self, process: "subprocess.Popen[str]", timeout: float = 600) -> Ended:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Ended(process.returncode, stdout, stderr, self.alive())

    def run(self, *arguments: object) -> Ended:
        return self.end(self.start(*arguments))

    def alive(self) -> list[str]:
        """Command lines of the living processes that carry the mark (Linux; elsewhere none are seen)."""
        return [line for pid in Path("/proc").glob("[0-9]*") if (line := self._marked(pid))]

    def _marked(self, process: Path) -> str:
        try:
            marked = f"{MARK}={self.mark}".encode() in (process / "environ").read_bytes()
            return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode() if marked else ""
        except OSError:
            return ""  # it ended while we looked, or belongs to somebody else
