"""Quality against speed: ROUGE-L and notes a second of artifact folders, by beam size.

    python -m benchmarks.bench.curve demo=model_build/demo_model/served small=runs/small/served --beams 1 2 4

`--draw` only draws the points that `curve.json` holds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from benchmarks.bench.plot import draw_curve
from benchmarks.bench.rows import spread

from note_summarizer.artifact import ModelArtifact, load_artifact
from note_summarizer.demo.data import draw_pairs
from note_summarizer.engine import SummaryEngine
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.synthetic.write_note import NotePair

_SEED = 20_261
_SHORTLIST = "shortlist"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the points, write and draw them."""
    options = _parser().parse_args(arguments)
    path = options.results / "curve.json"
    if not options.draw:
        pairs = list(draw_pairs(_SEED, "test", options.notes))
        points = _measured(_points(options), pairs, options.rounds, options.threads)
        options.results.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(points, indent=1) + "\n", "utf-8")
    draw_curve(json.loads(path.read_text("utf-8")), options.results / "curve.png")
    return 0


def _points(options: argparse.Namespace) -> list[tuple[str, ModelArtifact]]:
    found = []
    for given in options.models:
        name, _, folder = given.rpartition("=")
        artifact = load_artifact(Path(folder))
        for variant in _variants(artifact):
            found += [(name or artifact.name, replace(variant, beam_size=beams)) for beams in options.beams]
    return found


def _variants(artifact: ModelArtifact) -> list[ModelArtifact]:
    """Return the artifact, and without its shortlist of pieces where it has one."""
    has = any(field.name == _SHORTLIST for field in fields(artifact)) and getattr(artifact, _SHORTLIST)
    without: dict[str, Any] = {_SHORTLIST: type(has)()}
    return [artifact, replace(artifact, **without)] if has else [artifact]


def _measured(
    points: Sequence[tuple[str, ModelArtifact]], pairs: Sequence[NotePair], rounds: int, threads: int | None
) -> list[dict[str, Any]]:
    engines = [SummaryEngine.open(artifact, threads) for _, artifact in points]
    seconds: list[list[float]] = [[] for _ in points]
    answers: list[list[str]] = [[] for _ in points]
    notes = [pair.note for pair in pairs]
    # In turn: a slow minute hits all of them alike.
    for _ in range(rounds):
        for place, engine in enumerate(engines):
            started = time.perf_counter()
            answers[place] = [found.summary_text for found in engine.summarize(notes)]
            seconds[place].append(time.perf_counter() - started)
    return [
        _point(name, artifact, [len(notes) / s for s in took], rouge_rows([p.summary for p in pairs], said))
        for (name, artifact), took, said in zip(points, seconds, answers, strict=True)
    ]


def _point(
    name: str, artifact: ModelArtifact, rates: Sequence[float], scores: dict[str, list[float]]
) -> dict[str, Any]:
    rate = spread(rates)
    found = {
        "model": name,
        "beams": artifact.beam_size,
        "shortlist": bool(getattr(artifact, _SHORTLIST, False)),
        "notes_per_second": rate["median"],
        "notes_per_second_range": [rate["min"], rate["max"]],
        **{measure: statistics.mean(scores[measure]) for measure in ("rouge1", "rougeL")},
    }
    sys.stdout.write(
        f"{name}, {artifact.beam_size} beams: {rate['median']:.2f} notes/s, ROUGE-L {found['rougeL']:.1f}\n"
    )
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("models", nargs="*", metavar="NAME=FOLDER", help="artifact folders")
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--notes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--draw", action="store_true", help="measure nothing")
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
