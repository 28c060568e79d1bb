"""Quality against speed: ROUGE-L and notes a second of artifact folders, by beam size, on the model card's test set.

    python -m benchmarks.bench.curve demo=model_build/demo_model/served small=runs/small/served --beams 1 2 4

The demonstration checkpoint in float32 is measured beside them. `--draw` only draws what `curve.json` holds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.bench.document import fill, quality_table
from benchmarks.bench.make_workloads import demo_models
from benchmarks.bench.plot import draw_curve
from benchmarks.bench.rows import spread

from note_summarizer.artifact import TOKENIZER, ModelArtifact, load_artifact
from note_summarizer.demo.data import draw_pairs
from note_summarizer.demo.recipe import SEED, TEST_NOTES
from note_summarizer.engine import SummaryEngine
from note_summarizer.evaluation.bootstrap import paired_bootstrap
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.synthetic.write_note import NotePair

_PAGE = Path("docs/performance.md")
_FLOAT32 = "float32"


@dataclass
class Point:
    """A model and a way to search, and what was measured of it."""

    name: str
    artifact: ModelArtifact
    seconds: list[float] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the points, write and draw them, and fill the page's table."""
    options = _parser().parse_args(arguments)
    path = options.results / "curve.json"
    if not options.draw:
        pairs = list(draw_pairs(SEED, "test", options.notes))
        points = _points(options)
        _measure(points, pairs, options.rounds, options.threads)
        options.results.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([_row(point, points) for point in points], indent=1) + "\n", "utf-8")
    rows = json.loads(path.read_text("utf-8"))
    draw_curve(rows, options.results / "curve.png")
    if all(row["notes"] == TEST_NOTES for row in rows):  # the page takes the figures of the whole test set only
        _PAGE.write_text(fill(_PAGE.read_text("utf-8"), {"quality": quality_table(rows)}), "utf-8")
    return 0


def _points(options: argparse.Namespace) -> list[Point]:
    named = [(_FLOAT32, _float32(options.cache))]
    for given in options.models:
        name, _, folder = given.rpartition("=")
        artifact = load_artifact(Path(folder))
        named.append((name or artifact.name, artifact))
    return [
        Point(name, replace(artifact, beam_size=beams, shortlist=shortlist))
        for name, artifact in named
        for beams in options.beams
        for shortlist in ([True, False] if artifact.shortlist and beams == 1 else [False])
    ]


def _float32(cache: Path) -> ModelArtifact:
    """Return the demonstration model with the weights it was trained with."""
    models = demo_models(cache, None)
    (models.float32 / TOKENIZER).write_bytes((models.artifact.folder / TOKENIZER).read_bytes())
    return replace(models.artifact, folder=models.float32, quantization=_FLOAT32, shortlist=False)


def _measure(points: Sequence[Point], pairs: Sequence[NotePair], rounds: int, threads: int | None) -> None:
    engines = [SummaryEngine.open(point.artifact, threads) for point in points]
    notes, references = [pair.note for pair in pairs], [pair.summary for pair in pairs]
    # In turn: a slow minute hits all of them alike.
    for _ in range(rounds):
        for point, engine in zip(points, engines, strict=True):
            started = time.perf_counter()
            point.answers = [found.summary_text for found in engine.summarize(notes)]
            point.seconds.append(time.perf_counter() - started)
            rate = len(notes) / point.seconds[-1]
            sys.stdout.write(f"{point.name}, {point.artifact.beam_size} beams: {rate:.1f} notes/s\n")
    for point in points:
        point.scores = rouge_rows(references, point.answers)


def _row(point: Point, points: Sequence[Point]) -> dict[str, Any]:
    same = next(p for p in points if p.name == _FLOAT32 and p.artifact.beam_size == point.artifact.beam_size)
    pairs = zip(point.answers, same.answers, strict=True)
    rate = spread([len(point.answers) / seconds for seconds in point.seconds])
    return {
        "model": point.name,
        "beams": point.artifact.beam_size,
        "shortlist": point.artifact.shortlist,
        "notes": len(point.answers),
        "notes_per_second": rate["median"],
        "notes_per_second_range": [rate["min"], rate["max"]],
        **{measure: statistics.mean(point.scores[measure]) for measure in ("rouge1", "rougeL")},
        "against_float32": asdict(paired_bootstrap(point.scores["rougeL"], same.scores["rougeL"])),
        "equal_to_float32": statistics.mean(answer == other for answer, other in pairs),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench.curve",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("models", nargs="*", metavar="NAME=FOLDER", help="artifact folders")
    parser.add_argument("--beams", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--notes", type=int, default=TEST_NOTES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--draw", action="store_true", help="measure nothing")
    parser.add_argument("--cache", type=Path, default=Path("runs/bench"))
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
