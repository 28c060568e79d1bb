"""CTranslate2's `translate_batch`, as somebody who knows it calls it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
from benchmarks.bench.workloads import Workload
from tokenizers import Tokenizer

_TRIED = (1024, 4096)
_SAMPLE = 48


class CTranslate:
    """The whole list in one call, one single-thread worker a core; the better of two token budgets."""

    finished = False

    def __init__(self, workload: Workload, variant: str, threads: int) -> None:
        folder = workload.float32 if variant == "fp32" else workload.served
        on_gpu = variant == "cuda"
        self._workload = workload
        self._tokenizer = Tokenizer.from_file(str(Path(workload.served) / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._translator = ctranslate2.Translator(
            folder,
            device="cuda" if on_gpu else "cpu",
            inter_threads=1 if on_gpu else threads,
            intra_threads=1,
            compute_type="float16" if on_gpu else "default",
        )
        self.checks: dict[str, Any] = {}
        self._tokens_per_batch = self._best_batch(workload.texts[:_SAMPLE])
        self.settings = f"{threads} workers of one thread, {self._tokens_per_batch} tokens a batch"

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return self._summarize(texts, self._tokens_per_batch)

    def _best_batch(self, sample: Sequence[str]) -> int:
        seconds = {}
        for size in _TRIED:
            started = time.perf_counter()
            self._summarize(sample, size)
            seconds[size] = time.perf_counter() - started
        self.checks["seconds_by_tokens_per_batch"] = {str(size): round(found, 2) for size, found in seconds.items()}
        return min(seconds, key=lambda size: seconds[size])

    def _summarize(self, texts: Sequence[str], tokens_per_batch: int) -> list[str]:
        results = self._translator.translate_batch(
            [found.tokens for found in self._tokenizer.encode_batch(list(texts))],
            max_batch_size=tokens_per_batch,
            batch_type="tokens",
            beam_size=self._workload.beam_size,
            length_penalty=self._workload.length_penalty,
            max_decoding_length=self._workload.max_output_tokens,
            max_input_length=0,
        )
        ids = [[self._tokenizer.token_to_id(piece) for piece in found.hypotheses[0]] for found in results]
        return [text.strip() for text in self._tokenizer.decode_batch(ids, skip_special_tokens=True)]
