"""Peak memory by the number of notes in one call, or in one request: each in a process of its own.

`python -m benchmarks.bench.memory call|request MODEL NOTES COUNT` measures one and prints JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bench.worker import measure

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine
from note_summarizer.generation import Generation

KINDS = {"call": "engine, one call", "request": "server, one request"}


class _OneCall:
    """The engine with one beam: memory is the question, not speed."""

    settings, finished = "one call, one beam", True

    def __init__(self, model: Path) -> None:
        self.checks: dict[str, Any] = {}
        artifact = load_artifact(model)
        self._engine = SummaryEngine.open(artifact)
        self._search = replace(Generation.of(artifact), beam_size=1)

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return [found.summary_text for found in self._engine.summarize(texts, self._search)]


def measure_memory(model: Path, notes: Path, counts: Sequence[int]) -> list[dict[str, Any]]:
    """Return peak bytes and seconds of one call of the engine and of one request, for each number of notes.

    Args:
        notes: a JSON array of at least as many notes.
    """
    return [
        {"asked": asked, "notes": count, **_measured([kind, str(model), str(notes), str(count)])}
        for kind, asked in KINDS.items()
        for count in counts
    ]


def _measured(arguments: Sequence[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bench.memory", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        return {"error": last[0][:300]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure one call or request."""
    kind, model, path, count = arguments
    notes = json.loads(Path(path).read_text("utf-8"))[: int(count)]
    if kind == "call":
        found = measure(_OneCall(Path(model)), notes)
    else:
        # Imported here: what the client needs is not the engine's memory.
        from benchmarks.bench.systems.server import Server

        server = Server(model, os.cpu_count() or 1, {"num_beams": 1}, most_in_flight=1)
        try:
            found = measure(server, notes)
        finally:
            server.close()
    sys.stdout.write(json.dumps({name: found[name] for name in ("peak_bytes", "seconds", "cpu_seconds")}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
