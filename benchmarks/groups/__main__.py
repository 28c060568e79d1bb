"""`.venv/bin/python -m benchmarks.groups`: measure, write benchmarks/results/groups.json, and fill docs/groups.md."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.groups.document import fill
from benchmarks.groups.measure import measure_drift, measure_quality, measure_size
from benchmarks.groups.notes import measure_notes
from benchmarks.groups.plant import Planting

_ROOT = Path(__file__).parent.parent.parent
RESULTS = _ROOT / "benchmarks" / "results" / "groups.json"
PAGE = _ROOT / "docs" / "groups.md"
_SIZES = (10_000, 100_000)
# Chance of each core code, codes by chance: from clear profiles to where nothing holds.
_NOISE = ((0.95, 1), (0.9, 1), (0.8, 2), (0.7, 2), (0.7, 3), (0.6, 3), (0.5, 4))
_ALONE = (0.0, 0.2, 0.5, 0.8)
_SEEDS = (1, 2, 3)
_SWEPT = 10_000


def main() -> None:
    """Measure everything and write it down; `size N` measures one size, for its memory in a process of its own."""
    if sys.argv[1:2] == ["size"]:
        sys.stdout.write(json.dumps(measure_size(Planting(int(sys.argv[2])))))
        return
    base = Planting(_SWEPT)
    results: dict[str, Any] = {"machine": {"cores": os.cpu_count(), "python": platform.python_version()}}
    results["sizes"] = [_in_own_process(size) for size in _SIZES]
    results["noise"] = [
        {"present": present, "by_chance": by_chance, **_of_seeds(replace(base, present=present, by_chance=by_chance))}
        for present, by_chance in _NOISE
    ]
    results["alone"] = [{"alone": alone, **_of_seeds(replace(base, alone=alone))} for alone in _ALONE]
    results["drift"] = measure_drift(base)
    results["notes"] = measure_notes()
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    fill(results, PAGE)
    sys.stdout.write(RESULTS.read_text("utf-8"))


def _in_own_process(size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.groups", "size", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT)  # noqa: S603 - our own interpreter
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _of_seeds(planting: Planting) -> dict[str, Any]:
    """Return the figures of the seed with the lowest agreement, and the highest agreement."""
    found = sorted((measure_quality(replace(planting, seed=seed)) for seed in _SEEDS), key=lambda each: each["ari"])
    return {**found[0], "ari_best_seed": found[-1]["ari"]}


if __name__ == "__main__":
    main()
