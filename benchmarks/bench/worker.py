"""One system's process: loads it, then measures on demand. Requests and replies are lines of JSON on stdin and stdout.

A process for each system: its peak memory and its libraries' threads are its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from benchmarks.bench.systems import System, open_system
from benchmarks.bench.workloads import Workload

_WARM_UP = 2


def main() -> None:
    """Answer requests until stdin ends; an error ends the process after it was told."""
    # What libraries print must not mix with the replies.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for reply in _replies():
            replies.write(json.dumps(reply) + "\n")
            replies.flush()


def _replies() -> Iterator[dict[str, Any]]:
    asked = json.loads(sys.stdin.readline())
    system: System | None = None
    try:
        workload = Workload.read(Path(asked["workload"]))
        started = time.perf_counter()
        system = open_system(asked["row"], workload, asked["threads"], asked["known"])
        loaded = time.perf_counter() - started
        system.summarize(workload.texts[:_WARM_UP])
        yield {
            "settings": system.settings, "finished": system.finished, "checks": system.checks, "load_seconds": loaded
        }  # fmt: skip
        for line in sys.stdin:
            yield measure(system, json.loads(line)["texts"])
    except Exception as error:  # noqa: BLE001 - a system that fails is a row that says so; the others go on
        yield {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]}
    finally:
        if system is not None and hasattr(system, "close"):
            system.close()


def measure(system: System, texts: list[str]) -> dict[str, Any]:
    """Return answers, wall-clock and CPU seconds (all threads), and the peak memory in bytes since the start.

    Of a system that runs as processes of its own the CPU time and the memory are theirs, without the client's.
    """
    others = psutil.Process().children(recursive=True)
    cpu, started = _cpu_seconds(others), time.perf_counter()
    answers = system.summarize(texts)
    seconds = time.perf_counter() - started
    return {
        "answers": answers,
        "seconds": seconds,
        "cpu_seconds": _cpu_seconds(others) - cpu,
        "peak_bytes": sum(_peak_bytes(process.pid) for process in others or [psutil.Process()]),
    }


def _cpu_seconds(others: list[psutil.Process]) -> float:
    if not others:
        return time.process_time()
    return sum(times.user + times.system for times in (process.cpu_times() for process in others))


def _peak_bytes(pid: int) -> int:
    """Return the most memory that a process held at any time (VmHWM; the present resident set where there is none)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError, ValueError):
        return int(psutil.Process(pid).memory_info().rss)


if __name__ == "__main__":
    main()
