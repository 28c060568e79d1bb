"""This project's engine on a served artifact; tuned decoding is the artifact's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench.workloads import Workload

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine


class Engine:
    """`SummaryEngine.summarize`, the whole list in one call."""

    finished = True

    def __init__(self, workload: Workload, family: str, threads: int) -> None:
        artifact = load_artifact(Path(workload.distilled if family == "distilled" else workload.served))
        self._engine = SummaryEngine.open(artifact, threads)
        beams = "1 beam" if artifact.beam_size == 1 else f"{artifact.beam_size} beams"
        self.settings = f"as the engine batches, {threads} cores, {beams}"
        self.checks: dict[str, Any] = {}

    def close(self) -> None:
        """End the engine's threads."""
        self._engine.close()

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return [found.summary_text for found in self._engine.summarize(texts)]
