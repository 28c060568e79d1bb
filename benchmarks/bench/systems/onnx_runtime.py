"""ONNX Runtime over the exported graphs, with a beam search that stops as the others do."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from benchmarks.bench.systems.beam_search import Beams
from benchmarks.bench.workloads import Workload
from numpy.typing import NDArray
from tokenizers import Tokenizer

_PAD, _EOS = 0, 1
_TRIED = (4, 8, 16)
Arrays = dict[str, NDArray[Any]]


class OnnxRuntime:
    """Texts sorted by length in batches of the best size found; float32, or int8 with dynamic quantization."""

    finished = False

    def __init__(self, workload: Workload, variant: str, threads: int) -> None:
        """Export the model unless it is there, and load it."""
        folder = Path(f"{workload.onnx}-{variant}")
        if not folder.is_dir():
            # In a process of its own: torch's memory is not this row's.
            code = (
                "import sys; from pathlib import Path; from benchmarks.bench.systems.onnx_export import export;"
                "export(sys.argv[1], Path(sys.argv[2]), int8=sys.argv[3] == 'int8')"
            )
            command = [sys.executable, "-c", code, workload.checkpoint, str(folder), variant]
            subprocess.run(command, check=True)  # noqa: S603 - our own interpreter
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._reader, self._writer = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ("reader.onnx", "writer.onnx")
        )
        self._cross = [found.name for found in self._reader.get_outputs()]
        self._own = [name.replace("cross", "own") for name in self._cross]
        self._tokenizer = Tokenizer.from_file(str(Path(workload.served) / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._workload = workload
        self.checks: dict[str, Any] = {}
        self._batch = self._best_batch(workload.texts[: max(_TRIED)])
        self.settings = f"batches of {self._batch}, sorted by length, beam search in NumPy"

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return self._summarize(texts, self._batch)

    def _summarize(self, texts: Sequence[str], size: int) -> list[str]:
        rows = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        places = sorted(range(len(rows)), key=lambda place: -len(rows[place]))
        answers: list[list[int]] = [[] for _ in rows]
        for start in range(0, len(places), size):
            batch = places[start : start + size]
            for place, answer in zip(batch, self._answer([rows[place] for place in batch]), strict=True):
                answers[place] = answer
        return [text.strip() for text in self._tokenizer.decode_batch(answers, skip_special_tokens=True)]

    def _answer(self, rows: Sequence[list[int]]) -> list[list[int]]:
        longest, width = max(map(len, rows)), self._workload.beam_size
        ids = np.array([row + [_PAD] * (longest - len(row)) for row in rows], dtype=np.int64)
        mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], dtype=np.int64)
        states = self._reader.run(None, {"ids": ids, "mask": mask})
        # One copy for each beam, once: the states of a text do not change between its beams.
        fixed = {name: np.repeat(found, width, axis=0) for name, found in zip(self._cross, states, strict=True)}
        fixed["mask"] = np.repeat(mask, width, axis=0)
        beams = Beams(len(rows), width, self._workload.max_output_tokens, self._workload.length_penalty, _EOS)
        last = np.full((len(rows) * width, 1), _PAD, dtype=np.int64)
        heads, depth = states[0].shape[1], states[0].shape[3]
        own = {name: np.zeros((len(last), heads, 0, depth), dtype=np.float32) for name in self._own}
        while not beams.done:
            scores, *kept = self._writer.run(None, {"ids": last, **fixed, **own})
            last, parents = beams.advance(scores)
            own = {name: found[parents] for name, found in zip(self._own, kept, strict=True)}
        return beams.answers()

    def _best_batch(self, texts: Sequence[str]) -> int:
        seconds = {}
        for size in _TRIED:
            started = time.perf_counter()
            self._summarize(texts, size)
            seconds[size] = time.perf_counter() - started
        self.checks["seconds_by_batch_size"] = {str(size): round(found, 2) for size, found in seconds.items()}
        return min(seconds, key=lambda size: seconds[size])
