"""Measure everything, write the results, draw the picture and fill docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench.cost import Instance
from benchmarks.bench.document import fill, sections
from benchmarks.bench.machine import describe_machine, has_native_bfloat16
from benchmarks.bench.make_workloads import demo_models, demo_workload, short_notes, xsum_workload
from benchmarks.bench.memory import measure_memory
from benchmarks.bench.plot import draw_bars
from benchmarks.bench.rounds import measure_rows
from benchmarks.bench.rows import TITLES, figures
from benchmarks.bench.workloads import DEMO, Workload

PAGE = Path("docs/performance.md")
_XSUM_ROWS = ("hf-one", "hf-best", "hf-bf16", "ct2-fp32", "ct2-int8", "engine", "server")
# How others batch, and in which numbers they compute, does not depend on how lengths are mixed.
_ORDINARY_ONLY = ("hf-batch16", "hf-sorted16", "hf-bf16", "onnx-fp32", "onnx-int8")
_GPU = ("hf-cuda", "ct2-cuda")
# Notes of each workload, rounds, and texts for which an emulated bfloat16 has the patience.
_FULL = {"ordinary": 240, "mixed": 240, "xsum": 8, "rounds": 3, "bf16": 2, "memory": (1_000, 10_000)}
_QUICK = {"ordinary": 24, "mixed": 24, "xsum": 1, "rounds": 2, "bf16": 1, "memory": (100, 1_000)}
# Texts that a slow row is asked for: its rate needs no more, and the fast ones need many to be measured at all.
_MOST = {"hf-one": 32, "hf-batch16": 32, "hf-sorted16": 64, "hf-best": 96, "onnx-fp32": 32, "onnx-int8": 32}
_MOST_OF_LARGE = {"hf-one": 4}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 if a row failed."""
    options = _parser().parse_args(arguments)
    sizes: dict[str, Any] = _QUICK if options.quick else _FULL
    options.cache.mkdir(parents=True, exist_ok=True)
    options.results.mkdir(parents=True, exist_ok=True)
    rounds = options.rounds or sizes["rounds"]
    result: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d"), "quick": options.quick, "rounds": rounds,
        "machine": describe_machine(options.threads), "workloads": [],
    }  # fmt: skip
    for workload in _workloads(options, sizes):
        result["workloads"].append(_measured(workload, options, rounds, sizes["bf16"], result["machine"]))
        _write(options.results / "bench.json", result)
    if "memory" in options.workloads:
        notes = options.cache / "short-notes.json"
        notes.write_text(json.dumps(short_notes(max(sizes["memory"]))), "utf-8")
        result["memory"] = measure_memory(DEMO / "served", notes, sizes["memory"])
    _write(options.results / "bench.json", result)
    _publish(result, options)
    return int(any(row["error"] for workload in result["workloads"] for row in workload["rows"]))


def _workloads(options: argparse.Namespace, sizes: dict[str, Any]) -> list[Workload]:
    made = []
    models = demo_models(options.cache, options.distilled)
    made += [demo_workload(kind, sizes[kind], models) for kind in ("ordinary", "mixed") if kind in options.workloads]
    return [*made, xsum_workload(sizes["xsum"], options.cache)] if "xsum" in options.workloads else made


def _measured(
    workload: Workload, options: argparse.Namespace, rounds: int, few: int, machine: dict[str, Any]
) -> dict[str, Any]:
    path = options.cache / f"{workload.name}.json"
    workload.write(path)
    rows = [row for row in _rows(workload) if not options.only or row in options.only]
    most = dict(_MOST if workload.stays_open else _MOST_OF_LARGE)
    most |= {} if has_native_bfloat16() else {"hf-bf16": few}
    measured = measure_rows(rows, workload, path, rounds=rounds, threads=options.threads, most=most, say=_say)
    return {
        "name": workload.name, "title": workload.title, "notes": len(workload.notes), "texts": len(workload.texts),
        "beams": workload.beam_size, "rows": figures(workload, measured, machine["peak_gflops"]),
    }  # fmt: skip


def _rows(workload: Workload) -> list[str]:
    rows = [row for row in TITLES if workload.stays_open or row in {*_XSUM_ROWS, *_GPU}]
    absent = set() if workload.distilled else {"distilled"}
    absent |= set() if _has_gpu() else set(_GPU)
    absent |= set(_ORDINARY_ONLY) if workload.name == "demo-mixed" else set()
    # Half an hour for one text of the large model, where it is emulated.
    absent |= set() if workload.stays_open or has_native_bfloat16() else {"hf-bf16"}
    return [row for row in rows if row not in absent]


def _has_gpu() -> bool:
    import ctranslate2
    import torch

    return torch.cuda.is_available() and ctranslate2.get_cuda_device_count() > 0


def _publish(result: dict[str, Any], options: argparse.Namespace) -> None:
    draw_bars([w for w in result["workloads"] if w["rows"]], options.results / "bench.png")
    instance = Instance(options.instance, options.price, options.cores, options.start_minutes)
    if options.only or options.quick:
        _say(f"The page stays as it is: {PAGE} takes the figures of a full run only.")
        return
    found = sections(result, instance, options.notes_per_shard)
    PAGE.write_text(fill(PAGE.read_text("utf-8"), found), "utf-8")
    _say(f"written: {options.results}/bench.json, {options.results}/bench.png, {PAGE}")


def _write(path: Path, result: dict[str, Any]) -> None:
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few notes and rounds, a few minutes; no page is written")
    parser.add_argument("--only", type=lambda text: text.split(","), help=f"rows, of {', '.join(TITLES)}")
    parser.add_argument(
        "--workloads", type=lambda text: text.split(","), default=["ordinary", "mixed", "xsum", "memory"]
    )
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", type=int, default=_cores(), help="cores that every system uses")
    parser.add_argument("--distilled", type=Path, help="artifact folder of a distilled model")
    parser.add_argument("--price", type=float, default=0.461, help="US dollars an instance-hour")
    parser.add_argument("--instance", default="ml.m5.2xlarge")
    parser.add_argument("--cores", type=int, default=8, help="vCPUs of the instance")
    parser.add_argument("--start-minutes", type=float, default=6.0, help="until a job's first request")
    parser.add_argument("--notes-per-shard", type=int, default=800)
    parser.add_argument("--cache", type=Path, default=Path("runs/bench"))
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results"))
    return parser


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    sys.exit(main())
