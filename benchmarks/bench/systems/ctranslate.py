"""CTranslate2's `translate_batch`, as somebody who knows it calls it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
from benchmarks.bench.workloads import Workload
from tokenizers import Tokenizer

_TOKENS_PER_BATCH = 4096


class CTranslate:
    """The whole list in one call, one single-thread worker a core, batches bounded by tokens."""

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
        self.settings = f"{threads} workers of one thread, {_TOKENS_PER_BATCH} tokens a batch"
        self.checks: dict[str, Any] = {}

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        results = self._translator.translate_batch(
            [found.tokens for found in self._tokenizer.encode_batch(list(texts))],
            max_batch_size=_TOKENS_PER_BATCH,
            batch_type="tokens",
            beam_size=self._workload.beam_size,
            length_penalty=self._workload.length_penalty,
            max_decoding_length=self._workload.max_output_tokens,
            max_input_length=0,
        )
        ids = [[self._tokenizer.token_to_id(piece) for piece in found.hypotheses[0]] for found in results]
        return [text.strip() for text in self._tokenizer.decode_batch(ids, skip_special_tokens=True)]
