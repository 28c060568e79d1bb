"""Runs that are killed at moments drawn from a seed, and run again until they end."""

import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.command import Command

GONE_SECONDS = 10.0
LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Span:
    """How long a whole run takes, and to how many bytes it brings the journal."""

    seconds: float
    first_byte: int
    last_byte: int


@dataclass(frozen=True)
class Kill:
    """One kill: after so many seconds of the run, at so many bytes of the journal; and what it left for how long."""

    seconds: float
    journal: int
    drawn_by: str
    whole_group: bool
    gone_after: float

    def __str__(self) -> str:
        who = "whole group" if self.whole_group else "command"
        return (
            f"{who} killed at {self.seconds:5.2f} s, journal {self.journal:8d} bytes (by {self.drawn_by}),"
            f" children gone after {1000 * self.gone_after:4.0f} ms"
        )


@dataclass
class Killer:
    """Starts runs of one folder on one output, and kills them."""

    command: Command
    draw: random.Random
    out: Path
    kills: list[Kill] = field(default_factory=list)
    reports: int = 0  # of runs that came to their end, or were killed behind it

    def finish(self, folder: Path) -> float:
        """Run to the end; return how many seconds that took."""
        started = time.monotonic()
        self.reports += 1
        ended = self.command.run("run", folder, "--out", self.out, "--rows", 0)
        assert ended.status == 0, ended.stdout + ended.stderr
        assert ended.left_behind == []
        return time.monotonic() - started

    def kill(self, folder: Path, span: Span) -> bool:
        """Run and kill after a time or at a length of the journal; say whether the run was not over before."""
        # What is left to be written grows out of what the killed ones have written already.
        begin = max(self.journal(), span.first_byte)
        if self.draw.random() < 0.5 or begin >= span.last_byte:
            return self._run(folder, "time", self.draw.uniform(0, span.seconds), span.last_byte * 3)
        return self.kill_in(folder, Span(3 * span.seconds, begin, span.last_byte))

    def kill_in(self, folder: Path, span: Span) -> bool:
        """Run and kill at some length of the journal, or when the time of the span is over."""
        return self._run(folder, "bytes", span.seconds, int(self.draw.uniform(span.first_byte, span.last_byte)))

    def _run(self, folder: Path, drawn_by: str, seconds: float, length: int) -> bool:
        started, report = time.monotonic(), self._report()
        with (self.out.parent / "killed.log").open("w") as log:
            process = self.command.start("run", folder, "--out", self.out, "--rows", 0, output=log)
            while process.poll() is None and time.monotonic() - started < seconds and self.journal() < length:
                time.sleep(LOOK_SECONDS)
            killed = self._end(process, started, drawn_by)
        self.reports += report != self._report()
        return killed

    def _end(self, process: "subprocess.Popen[str]", started: float, drawn_by: str) -> bool:
        if process.poll() is not None:
            assert process.returncode == 0, (self.out.parent / "killed.log").read_text()
            return False
        whole_group = self.draw.random() < 0.3
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
        killed = time.monotonic()
        process.wait()
        while self.command.alive() and time.monotonic() - killed < GONE_SECONDS:
            time.sleep(0.01)
        assert self.command.alive() == []
        gone_after = time.monotonic() - killed
        self.kills.append(Kill(killed - started, self.journal(), drawn_by, whole_group, gone_after))
        return True

    def _report(self) -> int:
        """When the last run's report was written; it is the last thing but one that a run does."""
        try:
            return (self.out / ".chartbrief" / "run.json").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def journal(self) -> int:
        """How long the journal is now, in bytes."""
        try:
            return (self.out / ".chartbrief" / "cloud.journal").stat().st_size
        except FileNotFoundError:
            return 0
