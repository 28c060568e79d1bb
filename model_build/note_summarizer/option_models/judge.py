"""Judging the options' small models and the demonstration model on the same held-out synthetic notes.

Notes of the test split have phrases and entities that no training pair has. Each model answers as it is served, in a
process of its own, on one core.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from note_summarizer.artifact import load_artifact
from note_summarizer.demo.copy_metrics import score_copies
from note_summarizer.demo.data import draw_pairs
from note_summarizer.demo.recipe import SEED as DEMO_SEED
from note_summarizer.errors import OptionsError
from note_summarizer.evaluation.judge_models import judge_models
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement
from note_summarizer.option_models.recipes import DEMONSTRATION, EQUAL_PEGASUS, RECIPES
from note_summarizer.option_models.table import COPIES, SCORES
from note_summarizer.option_models.training_record import TrainingRecord, read_record
from note_summarizer.pairs.pair import Pair
from note_summarizer.synthetic.write_note import NotePair

TEST_NOTES = 1_000
FLOORS = ("lead-1", "lead-3")
# The README of the demonstration model: 88 minutes of both cores.
DEMONSTRATION_MINUTES = 176.0


def served_models(out: Path, demonstration: Path) -> dict[str, Path]:
    """Return where every model is: those of the recipes, in their order, then the demonstration model.

    Raises:
        OptionsError: one is missing.
    """
    found = {option: out / option / "served" for option in RECIPES}
    missing = [option for option, folder in found.items() if not (folder / "artifact.json").is_file()]
    if missing:
        raise OptionsError(f"{out} has no served model of {', '.join(missing)}: train first.")
    return {**found, DEMONSTRATION: demonstration}


def judge(
    models: Mapping[str, Path], count: int = TEST_NOTES, progress: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Let all models and two floors answer the test notes; return every figure, by the systems' names.

    Args:
        models: served models by name, as `served_models` gives them.
    """
    test = list(draw_pairs(DEMO_SEED, "test", count))
    judged = judge_models(
        {name: str(folder) for name, folder in models.items()},
        [Pair(pair.note, pair.summary, number) for number, pair in enumerate(test, 1)],
        floors=FLOORS,
        baseline=EQUAL_PEGASUS,
        threads=1,
        progress=progress,
    )
    systems = [_figures(system, test, models.get(system.name)) for system in judged.systems]
    return {"test_notes": count, "systems": systems, "against_baseline": _verdicts(judged)}


def _figures(system: JudgedSystem, test: Sequence[NotePair], folder: Path | None) -> dict[str, Any]:
    copies = asdict(score_copies(test, system.run.answers))
    figures = {
        "name": system.name,
        "kind": system.kind,
        "scores": {key: _rounded(system.scores[key]) for key in SCORES},
        "copies": {key: copies[key] for key in COPIES},
        "words": _rounded(system.scores["words"]),
    }
    return figures if folder is None else {**figures, **_costs(system, folder)}


def _costs(system: JudgedSystem, folder: Path) -> dict[str, Any]:
    run = system.run
    trained = read_record(folder.parent) if system.name != DEMONSTRATION else None
    return {
        "sha256": load_artifact(folder).sha256,
        "served_mb": round(sum(path.stat().st_size for path in folder.iterdir()) / 1e6, 2),
        "cpu_minutes": round(trained.cpu_minutes, 1) if trained else DEMONSTRATION_MINUTES,
        "training": _seen(trained),
        "notes_per_cpu_second": round(len(run.answers) / run.cpu_seconds, 1) if run.cpu_seconds else None,
        "peak_memory_mb": round(run.peak_bytes / 1e6, 1) if run.peak_bytes else None,
        "load_seconds": round(run.load_seconds, 2),
    }


def _seen(trained: TrainingRecord | None) -> dict[str, Any] | None:
    return asdict(trained) if trained else None


def _rounded(interval: Any) -> list[float] | None:
    """Mean, and both ends of the 95 % interval."""
    return [round(value, 2) for value in (interval.mean, interval.low, interval.high)] if interval else None


def _verdicts(judged: Judgement) -> list[dict[str, Any]]:
    return [
        {"system": found.system, **{key: round(getattr(found.result, key), 3) for key in ("difference", "low", "high")}}
        for found in judged.verdicts()
        if found.against == EQUAL_PEGASUS
    ]
