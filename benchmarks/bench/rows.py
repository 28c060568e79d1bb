"""Measurements to the figures of a row: rates, ratios, memory, quality; pure but for ROUGE."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench.machine import flops_per_text, read_config
from benchmarks.bench.rounds import Measured
from benchmarks.bench.workloads import Workload
from tokenizers import Tokenizer

from note_summarizer.evaluation.rouge import rouge_rows

OBVIOUS, BEST = "hf-one", "hf-best"
TITLES = {
    "hf-one": "Hugging Face, one note at a time (the obvious way)",
    "hf-batch16": "Hugging Face, batches of 16 in arrival order",
    "hf-sorted16": "Hugging Face, batches of 16 sorted by length",
    "hf-best": "Hugging Face at its best",
    "hf-bf16": "Hugging Face, bfloat16",
    "hf-cuda": "Hugging Face at its best, GPU",
    "onnx-fp32": "ONNX Runtime, float32",
    "onnx-int8": "ONNX Runtime, int8",
    "ct2-fp32": "CTranslate2, float32",
    "ct2-int8": "CTranslate2, int8",
    "ct2-cuda": "CTranslate2, float16, GPU",
    "engine": "chartbrief engine",
    "server": "chartbrief server, HTTP",
    "tuned": "chartbrief engine, tuned decoding",
    "distilled": "chartbrief engine, distilled model, tuned decoding",
}
_PERCENT = 100.0


def figures(workload: Workload, measured: Sequence[Measured], peak_gflops: float) -> list[dict[str, Any]]:
    """Return a row of figures for every system, in the order of measurement.

    Rates are in whole notes a second: a system that was asked for a share of the texts is taken to be as fast on the
    rest. Ratios compare round with round, since those were measured next to each other.
    """
    by_row = {found.row: found for found in measured}
    tokenizer = Tokenizer.from_file(str(Path(workload.served) / "tokenizer.json"))
    work = _flops_per_note(workload, by_row, tokenizer)
    reference = _finished(workload, by_row[OBVIOUS]) if _has_runs(by_row, OBVIOUS) else {}
    rows = []
    for found in measured:
        row: dict[str, Any] = {"row": found.row, "title": TITLES[found.row], "error": found.error, **found.opened}
        if found.runs:
            row |= _speed(workload, found) | {"texts": len(found.places), "all_texts": len(workload.texts)}
            row |= {f"times_{name}": _times(workload, found, by_row.get(name)) for name in (OBVIOUS, BEST)}
            row["share_of_peak"] = row["notes_per_second"]["median"] * work / (peak_gflops * 1e9)
            row |= _quality(workload, _finished(workload, found), reference)
        rows.append(row)
    return rows


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the least and the most."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def _has_runs(by_row: dict[str, Measured], row: str) -> bool:
    return row in by_row and bool(by_row[row].runs)


def _rates(workload: Workload, found: Measured, clock: str = "seconds") -> list[float]:
    notes = len(workload.notes) * _share(workload, found)
    return [notes / run[clock] for run in found.runs]


def _share(workload: Workload, found: Measured) -> float:
    """Return the share of the workload's characters that the row was asked for."""
    return sum(len(workload.texts[place]) for place in found.places) / sum(map(len, workload.texts))


def _speed(workload: Workload, found: Measured) -> dict[str, Any]:
    return {
        "notes_per_second": spread(_rates(workload, found)),
        "notes_per_cpu_second": spread(_rates(workload, found, "cpu_seconds")),
        "peak_bytes": max(run["peak_bytes"] for run in found.runs),
        "rounds": len(found.runs),
    }


def _times(workload: Workload, found: Measured, other: Measured | None) -> dict[str, float] | None:
    if other is None or not other.runs:
        return None
    rates, others = _rates(workload, found), _rates(workload, other)
    return spread([rate / base for rate, base in zip(rates, others, strict=False)])


def _finished(workload: Workload, found: Measured) -> dict[int, str]:
    answers = found.runs[-1]["answers"]
    if not found.opened["finished"]:
        answers = workload.finish(answers, [workload.texts[place] for place in found.places])
    return dict(zip(found.places, answers, strict=True))


def _quality(workload: Workload, finished: dict[int, str], reference: dict[int, str]) -> dict[str, Any]:
    both = [place for place in finished if place in reference]
    equal = sum(finished[place] == reference[place] for place in both)
    found: dict[str, Any] = {"exact_match": _PERCENT * equal / len(both) if both else None, "compared": len(both)}
    whole = workload.whole_summaries(finished)
    if workload.references and whole:
        scores = rouge_rows([workload.references[note] for note in whole], list(whole.values()))
        found |= {name: statistics.mean(scores[name]) for name in ("rouge1", "rougeL")}
        found["scored_notes"] = len(whole)
    return found


def _flops_per_note(workload: Workload, by_row: dict[str, Measured], tokenizer: Tokenizer) -> float:
    """Return the model's operations for an average note, its answer as long as float32 answers where measured."""
    config = read_config(workload.checkpoint)
    source = next((by_row[row] for row in (OBVIOUS, BEST, "ct2-fp32", *by_row) if _has_runs(by_row, row)), None)
    if source is None:
        return 0.0
    total = 0.0
    for place, answer in zip(source.places, source.runs[-1]["answers"], strict=True):
        read = len(tokenizer.encode(workload.texts[place]).ids)
        said = len(tokenizer.encode(answer).ids) if workload.references else workload.max_output_tokens
        total += flops_per_text(config, read, said, workload.beam_size)
    return total / (len(workload.notes) * _share(workload, source))
