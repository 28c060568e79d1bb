"""The systems that are compared: texts in, summaries out. Each is imported in its own process only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from benchmarks.bench.workloads import Workload


class System(Protocol):
    """One way of summarizing, loaded and ready.

    Attributes:
        settings: how it batches, in words.
        finished: whether answers are what the engine gives, with the note's casing and items aligned to its wording.
        checks: what the system verified about itself while it was opened.
    """

    settings: str
    finished: bool
    checks: dict[str, Any]

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order; tokenization and detokenization are part of it."""


def open_system(row: str, workload: Workload, threads: int, known: dict[str, Any] | None = None) -> System:
    """Load the system of a row, `family-variant`.

    Args:
        threads: cores to use.
        known: the checks of the same system when it was open before; what took minutes to find out is not asked again.

    Raises:
        ValueError: no system has that name.
    """
    family, _, variant = row.partition("-")
    # Each library is imported where it is used: peak memory is then the system's own.
    if family == "hf":
        from benchmarks.bench.systems.hugging_face import HuggingFace

        return HuggingFace(workload, variant, threads, known or {})
    if family == "onnx":
        from benchmarks.bench.systems.onnx_runtime import OnnxRuntime

        return OnnxRuntime(workload, variant, threads)
    if family == "ct2":
        from benchmarks.bench.systems.ctranslate import CTranslate

        return CTranslate(workload, variant, threads)
    if family in {"engine", "tuned", "distilled"}:
        from benchmarks.bench.systems.engine import Engine

        return Engine(workload, family, threads)
    if family == "server":
        from benchmarks.bench.systems.server import Server

        return Server(workload.served, threads, {"num_beams": workload.beam_size})
    raise ValueError(f"There is no system {row!r}: see --help for those there are.")
