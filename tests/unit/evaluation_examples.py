"""A judgement made by hand: what the report and the tables are tested on, without models and without rouge-score."""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.evaluation.compare_systems import compare_systems, paired_systems
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement, Run
from note_summarizer.evaluation.metrics import METRICS
from note_summarizer.evaluation.score_answers import NoteCounts, total_scores
from note_summarizer.pairs.pair import Pair

HOSTILE = "</p><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)> & \"quoted\" 'single'"
MODEL = {"name": "pegasus", "version": "1", "sha256": "ab" * 32}


def counts(scores: Sequence[float]) -> dict[str, NoteCounts]:
    """Every metric the same row; numbers have nothing to count."""
    ones = (1.0,) * len(scores)
    found = {metric.key: NoteCounts(tuple(scores), ones) for metric in METRICS}
    return found | {"number_recall": NoteCounts((0.0,) * len(scores), (0.0,) * len(scores))}


def system(name: str, scores: Sequence[float], rare: Sequence[int], answer: str = "Chest pain.") -> JudgedSystem:
    found = counts(scores)
    model = MODEL if not name.startswith("lead") else None
    run = Run((answer,) * len(scores), (1,) * (len(scores) - 1) + (2,), 2.0, 1.5, 300_000_000 if model else None, model)
    totals = total_scores(found, resamples=50, seed=0)
    rare_totals = total_scores({k: c.of(rare) for k, c in found.items()}, resamples=50, seed=0) if rare else {}
    return JudgedSystem(name, f"place/of/{name}", "model" if model else "floor", run, found, totals, rare_totals)


def judgement(notes: int = 12, text: str = "BP 120/80, chest pain.", name: str = "tuned") -> Judgement:
    """Return `name` 10 above base on every note but the first, next to lead-1."""
    test = tuple(Pair(f"note {text}", f"reference {text}", place + 1, id=f"id {text}") for place in range(notes))
    rare = tuple(range(notes // 2))
    base = [20.0 + place for place in range(notes)]
    tuned = [base[0] - 5.0, *(score + 10.0 for score in base[1:])]
    systems = (
        system("base", base, rare, text),
        system(name, tuned, rare, f"answer {text} 77"),
        system("lead-1", [10.0] * notes, rare),
    )
    pairs = paired_systems(["base", name], ["lead-1"], "base")
    found = compare_systems({s.name: s.counts for s in systems}, pairs, rare, resamples=400, seed=0)
    return Judgement(test, 30, rare, systems, "base", found, ("nearest is left out: no training pairs.",), 50, 0)
