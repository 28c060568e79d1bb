"""What judging found: every system's answers, scores and costs, and how they compare; frozen, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from note_summarizer.evaluation.compare_systems import Comparison
from note_summarizer.evaluation.metrics import MAIN, METRIC
from note_summarizer.evaluation.score_answers import NoteCounts, Scores
from note_summarizer.evaluation.sentences import words
from note_summarizer.pairs.pair import Pair


@dataclass(frozen=True)
class Run:
    """A system's answers and what they cost.

    Attributes:
        parts: in how many parts each note was read; 1 for all of a floor's.
        seconds: time spent answering, without loading.
        load_seconds: time spent loading libraries and weights; 0 for a floor.
        cpu_seconds: seconds of all cores together that answering took; nothing for a floor.
        peak_bytes: most memory that the model's own process held; nothing for a floor, or where it cannot be told.
        model: name, version and hash of the weights; nothing for a floor.
        alone_seconds: of some notes asked one at a time, after all others; none unless that was asked for.
    """

    answers: tuple[str, ...]
    parts: tuple[int, ...]
    seconds: float
    load_seconds: float = 0.0
    peak_bytes: int | None = None
    model: Mapping[str, str] | None = None
    cpu_seconds: float | None = None
    alone_seconds: tuple[float, ...] = ()

    @property
    def notes_per_second(self) -> float:
        """Notes answered in a second; the clock's own resolution bounds it for floors."""
        return len(self.answers) / max(self.seconds, 1e-6)

    @property
    def share_in_parts(self) -> float:
        """Percent of the notes that were longer than the model's input and so were read in parts."""
        return 100 * sum(parts > 1 for parts in self.parts) / len(self.parts)


@dataclass(frozen=True)
class JudgedSystem:
    """One system: a model or a floor.

    Attributes:
        spec: where the model is, or the floor's name.
        counts: what every metric counts, note by note.
        rare_scores: the scores on the notes whose reference is rare; empty if there are none.
    """

    name: str
    spec: str
    kind: Literal["model", "floor"]
    run: Run
    counts: Mapping[str, NoteCounts]
    scores: Scores
    rare_scores: Scores

    def as_json(self) -> dict[str, Any]:
        """Return scores and costs; no answers."""
        run = self.run
        return {
            "name": self.name,
            "spec": self.spec,
            "kind": self.kind,
            "model": dict(run.model) if run.model else None,
            "scores": scores_json(self.scores),
            "rare_scores": scores_json(self.rare_scores),
            "notes_per_second": round(run.notes_per_second, 3),
            "seconds": round(run.seconds, 3),
            "load_seconds": round(run.load_seconds, 3),
            "cpu_seconds": None if run.cpu_seconds is None else round(run.cpu_seconds, 3),
            "peak_memory_mb": round(run.peak_bytes / 1e6, 1) if run.peak_bytes else None,
            "read_in_parts_percent": round(run.share_in_parts, 2),
        }


@dataclass(frozen=True)
class Judgement:
    """Several systems on one test set.

    Attributes:
        test: the pairs, in the order of every system's answers.
        rare: places of the pairs whose reference occurs once among training and test summaries.
        baseline: the system that the others are compared with; models are compared with every floor too.
        remarks: sentences about what was left out or should be known, without any note's text.
        resamples, seed: of the intervals; comparisons draw ten times as often.
    """

    test: tuple[Pair, ...]
    train_pairs: int
    rare: tuple[int, ...]
    systems: tuple[JudgedSystem, ...]
    baseline: str
    comparisons: tuple[Comparison, ...]
    remarks: tuple[str, ...]
    resamples: int
    seed: int

    def system(self, name: str) -> JudgedSystem:
        """Return a system by its name.

        Raises:
            KeyError: there is none of this name.
        """
        return {system.name: system for system in self.systems}[name]

    def comparison(self, system: str, against: str, metric: str = MAIN, *, rare: bool = False) -> Comparison:
        """Return how one system compares with another one.

        Raises:
            KeyError: these two were not compared in this order.
        """
        found = {(item.system, item.against): item for item in self.verdicts(metric, rare=rare)}
        return found[system, against]

    def verdicts(self, metric: str = MAIN, *, rare: bool = False) -> list[Comparison]:
        """Return the comparisons by one metric, on all notes or on the rare ones."""
        return [found for found in self.comparisons if (found.metric, found.rare) == (metric, rare)]

    def reference_words(self) -> float:
        """Return the mean length of a reference in words."""
        return sum(len(words(pair.summary)) for pair in self.test) / len(self.test)

    def note_words(self) -> float:
        """Return the mean length of a note in words."""
        return sum(len(words(pair.note)) for pair in self.test) / len(self.test)

    def as_json(self) -> dict[str, Any]:
        """Return everything but texts: nothing in it comes from a note."""
        return {
            "test_notes": len(self.test),
            "train_pairs": self.train_pairs,
            "rare_references": len(self.rare),
            "note_words": round(self.note_words(), 1),
            "reference_words": round(self.reference_words(), 1),
            "baseline": self.baseline,
            "systems": [system.as_json() for system in self.systems],
            "comparisons": [comparison_json(found) for found in self.comparisons],
            "remarks": list(self.remarks),
            "interval_percent": 95,
            "resamples": self.resamples,
            "seed": self.seed,
            "units": {key: metric.unit for key, metric in METRIC.items()},
        }


def scores_json(scores: Scores) -> dict[str, Any]:
    """Return figures with their intervals; null for one that had nothing to count."""
    return {
        key: {name: round(value, 3) for name, value in asdict(found).items()} if found else None
        for key, found in scores.items()
    }


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return a comparison with its verdict."""
    figures = {name: round(getattr(found.result, name), 5) for name in ("difference", "low", "high", "p_value")}
    named = {"system": found.system, "against": found.against, "metric": found.metric}
    return {
        **named,
        "rare_references_only": found.rare,
        **figures,
        "better": found.result.better,
        "notes": found.result.notes,
        "verdict": found.verdict,
    }
