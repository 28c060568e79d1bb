"""This project's engine on a served artifact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.bench.workloads import Workload

from note_summarizer.artifact import load_artifact
from note_summarizer.engine import SummaryEngine


class Engine:
    """`SummaryEngine.summarize`, the whole list in one call.

    As `engine` it searches as every other system does, as `tuned` and `distilled` as its artifact says.
    """

    finished = True

    def __init__(self, workload: Workload, family: str, threads: int) -> None:
        artifact = load_artifact(Path(workload.distilled if family == "distilled" else workload.served))
        if family == "engine":
            artifact = replace(artifact, beam_size=workload.beam_size, length_penalty=workload.length_penalty)
        self._engine = SummaryEngine.open(artifact, threads)
        greedy = f"1 beam{', vocabulary shortlist' if artifact.shortlist else ''}"
        beams = greedy if artifact.beam_size == 1 else f"{artifact.beam_size} beams"
        self.settings = f"as the engine batches, {threads} cores, {beams}"
        self.checks: dict[str, Any] = {}

    def close(self) -> None:
        """End the engine's threads."""
        self._engine.close()

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return [found.summary_text for found in self._engine.summarize(texts)]
