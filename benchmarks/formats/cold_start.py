"""How long the function that reads files takes to be imported: a process of its own each time, as Lambda's are."""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HANDLER = "notes_pipeline.handlers.notes_uploaded"
# Libraries that read one format each; a function that starts needs none of them.
READERS = ("defusedxml", "hl7", "pypdf", "striprtf")
_FUNCTIONS = Path(__file__).parent.parent.parent / "functions"
_CODE = """
import importlib, sys, time
wall, cpu = time.perf_counter(), time.process_time()
importlib.import_module(sys.argv[1])
print(time.perf_counter() - wall, time.process_time() - cpu)
"""


def measure_cold_start(runs: int) -> dict[str, Any]:
    """Return the medians of importing the handler, in seconds; the first, which fills the disk's cache, is left out."""
    found = [_import_once() for _ in range(runs + 1)][1:]
    wall, cpu = zip(*found, strict=True)
    return {
        "handler": HANDLER,
        "runs": runs,
        "seconds": round(statistics.median(wall), 2),
        "cpu_seconds": round(statistics.median(cpu), 2),
    }


def _import_once() -> tuple[float, float]:
    command = [sys.executable, "-c", _CODE, HANDLER]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_FUNCTIONS)  # noqa: S603 - our own interpreter
    wall, cpu = done.stdout.split()
    return float(wall), float(cpu)
