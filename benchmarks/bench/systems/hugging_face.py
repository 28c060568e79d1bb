"""Hugging Face `generate`: as it is mostly called, and at its best."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import torch
from benchmarks.bench.workloads import Workload
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, EncoderDecoderCache, GenerationConfig
from transformers.utils import logging

_BATCHES = {"one": 1, "batch16": 16, "sorted16": 16}
_TRIED = (4, 8, 16, 32)
_BEST = frozenset({"best", "bf16", "cuda"})
_reorder_both = EncoderDecoderCache.reorder_cache


def _reorder_own(cache: Any, beams: torch.Tensor) -> None:
    """Re-order the decoder's own states only: all beams of a note have the same cross-attention states."""
    cache.self_attention_cache.reorder_cache(beams)


class HuggingFace:
    """A checkpoint in float32 (or bfloat16), read with transformers."""

    finished = False

    def __init__(self, workload: Workload, variant: str, threads: int, known: dict[str, Any]) -> None:
        """Load the checkpoint, and for the best variants find the batch size, unless it is known.

        Raises:
            RuntimeError: leaving the cross-attention states in place changes an answer.
        """
        torch.set_num_threads(threads)
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        dtype = torch.bfloat16 if variant == "bf16" else torch.float32
        self._device = "cuda" if variant == "cuda" else "cpu"
        self._tokenizer = AutoTokenizer.from_pretrained(workload.checkpoint)
        model = AutoModelForSeq2SeqLM.from_pretrained(workload.checkpoint, dtype=dtype).eval()
        self._model = model.to(self._device)
        self._search = _search(workload, self._model)
        self._model.generation_config = GenerationConfig()
        self._sorts = variant == "sorted16" or variant in _BEST
        self._batch = _BATCHES.get(variant, 8)
        self.checks: dict[str, Any] = dict(known)
        if variant in _BEST:
            self._check_reordering(workload.texts)
        if variant in {"best", "cuda"}:
            self._batch = self._best_batch(workload.texts)
        order = "sorted by length" if self._sorts else "in arrival order"
        self.settings = "one note at a time" if self._batch == 1 else f"batches of {self._batch}, {order}"

    def summarize(self, texts: Sequence[str]) -> list[str]:
        """Return the summaries in the texts' order."""
        return self._summarize(texts, self._batch)

    def _summarize(self, texts: Sequence[str], size: int) -> list[str]:
        places = list(range(len(texts)))
        if self._sorts:
            lengths = [len(ids) for ids in self._tokenizer(list(texts))["input_ids"]]
            places.sort(key=lambda place: -lengths[place])
        answers = [""] * len(texts)
        for start in range(0, len(places), size):
            batch = places[start : start + size]
            for place, answer in zip(batch, self._answer([texts[place] for place in batch]), strict=True):
                answers[place] = answer
        return answers

    def _answer(self, texts: list[str]) -> list[str]:
        read = self._tokenizer(texts, return_tensors="pt", padding=True).to(self._device)
        with torch.inference_mode():
            found = self._model.generate(
                input_ids=read["input_ids"], attention_mask=read["attention_mask"], generation_config=self._search
            )
        return [text.strip() for text in self._tokenizer.batch_decode(found, skip_special_tokens=True)]

    def _check_reordering(self, texts: Sequence[str]) -> None:
        few = list(texts[:2])
        expected = None if "equal_without_reordering" in self.checks else self._answer(few)
        EncoderDecoderCache.reorder_cache = _reorder_own
        if expected is not None and self._answer(few) != expected:
            raise RuntimeError("Answers change without re-ordering the cross-attention states: this row is not fair.")
        self.checks["equal_without_reordering"] = True

    def _best_batch(self, texts: Sequence[str]) -> int:
        seconds = self.checks.setdefault("seconds_by_batch_size", {})
        sample = list(texts[: max(_TRIED)])
        for size in (size for size in _TRIED if size <= len(sample) and str(size) not in seconds):
            started = time.perf_counter()
            self._summarize(sample, size)
            seconds[str(size)] = round(time.perf_counter() - started, 2)
        return int(min(seconds, key=lambda size: seconds[size]))


def _search(workload: Workload, model: Any) -> GenerationConfig:
    start = model.config.decoder_start_token_id or model.generation_config.decoder_start_token_id
    # One beam is greedy search, which knows neither of the two.
    beam = {"length_penalty": workload.length_penalty, "early_stopping": True} if workload.beam_size > 1 else {}
    return GenerationConfig(
        num_beams=workload.beam_size,
        max_new_tokens=workload.max_output_tokens,
        do_sample=False,
        use_cache=True,
        decoder_start_token_id=start or 0,
        eos_token_id=model.config.eos_token_id,
        pad_token_id=model.config.pad_token_id,
        **beam,
    )
