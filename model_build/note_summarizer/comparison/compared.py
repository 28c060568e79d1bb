"""What a comparison found: every system's quality, trust, speed, cost and effort; frozen, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from note_summarizer.comparison.answers import Answers
from note_summarizer.comparison.candidate import Recommendation
from note_summarizer.comparison.check_answers import Checked
from note_summarizer.comparison.costs import Cost
from note_summarizer.comparison.metrics import TRUST
from note_summarizer.comparison.prices import Prices
from note_summarizer.comparison.significance import TrustComparison
from note_summarizer.comparison.speed import Speed
from note_summarizer.comparison.systems import System
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement, comparison_json, scores_json
from note_summarizer.evaluation.score_answers import Scores


@dataclass(frozen=True)
class ComparedSystem:
    """One system; its ROUGE, numbers and entities are in the judgement, under the same name.

    Attributes:
        option: the SummarizerOption that it stands for; empty if it is none, or not known.
        trust: by key of `TRUST`.
        effort: what it takes to get and run it.
    """

    system: System
    option: str
    answers: Answers
    checks: Checked
    trust: Scores
    speed: Speed
    cost: Cost
    effort: str

    @property
    def name(self) -> str:
        """Its display name."""
        return self.system.name

    @property
    def is_floor(self) -> bool:
        """Whether it is an answer without a model, there to be beaten."""
        return self.system.kind == "floor"

    @property
    def failed(self) -> int:
        """How many notes have no answer."""
        return sum(self.answers.failures.values())


@dataclass(frozen=True)
class Compared:
    """Several systems on the same notes.

    Attributes:
        judgement: what evaluating their answers found; its systems are these, in the same order.
        trust: every system against the baseline.
        prices: what costs were computed with.
    """

    judgement: Judgement
    systems: tuple[ComparedSystem, ...]
    trust: tuple[TrustComparison, ...]
    prices: Prices
    recommendation: Recommendation

    def judged(self, name: str) -> JudgedSystem:
        """Return a system's scores.

        Raises:
            KeyError: there is none of this name.
        """
        return self.judgement.system(name)

    def as_json(self) -> dict[str, Any]:
        """Return everything but texts: nothing in it comes from a note."""
        found = self.judgement.as_json()
        shared = ("test_notes", "train_pairs", "rare_references", "note_words", "reference_words", "baseline")
        drawn = ("remarks", "interval_percent", "resamples", "seed")
        return {
            **{key: found[key] for key in shared},
            "systems": [self._system_json(system) for system in self.systems],
            "comparisons": [comparison_json(comparison) for comparison in self.judgement.comparisons],
            "trust_comparisons": [_trust_json(comparison) for comparison in self.trust],
            "recommendation": self.recommendation.as_json(),
            "prices": {"checked": str(self.prices.checked), "region": self.prices.region, "files": self.prices.files},
            **{key: found[key] for key in drawn},
            "units": {**found["units"], **{metric.key: metric.unit for metric in TRUST}},
        }

    def _system_json(self, system: ComparedSystem) -> dict[str, Any]:
        judged, answers, cost = self.judged(system.name), system.answers, system.cost
        return {
            "name": system.name,
            "kind": system.system.kind,
            "spec": system.system.spec,
            "option": system.option,
            "model": dict(answers.identity) if answers.identity else system.system.model or None,
            "scores": scores_json(judged.scores),
            "rare_scores": scores_json(judged.rare_scores),
            "trust": scores_json(system.trust),
            "failed": system.failed,
            "failures": answers.failures,
            "failed_records": self._failed_records(answers),
            "cut_off": sum(note.cut_off for note in answers.notes),
            "speed": {key: round(v, 4) if isinstance(v, float) else v for key, v in asdict(system.speed).items()},
            "read_in_parts_percent": round(judged.run.share_in_parts, 2),
            "load_seconds": round(answers.load_seconds, 3),
            "peak_memory_mb": round(answers.peak_bytes / 1e6, 1) if answers.peak_bytes else None,
            "cost_per_1000_notes_usd": None if cost.per_thousand is None else round(cost.per_thousand, 6),
            "cost": {"basis": cost.basis, "said": cost.said, "confirmed": cost.is_confirmed, "part": cost.is_partial},
            "effort": system.effort,
        }

    def _failed_records(self, answers: Answers) -> Mapping[str, list[int]]:
        test = self.judgement.test
        return {code: [test[place].record for place in answers.failed_places(code)] for code in answers.failures}


def _trust_json(found: TrustComparison) -> dict[str, Any]:
    severe = found.severe
    return {
        "system": found.system,
        "against": found.against,
        "notes": found.notes,
        "undelivered": asdict(found.undelivered),
        "severe_a_note": None if severe is None else {key: round(v, 5) for key, v in asdict(severe).items()},
        "result": found.result,
        "verdict": found.verdict,
        "severe_verdict": found.severe_verdict,
    }
