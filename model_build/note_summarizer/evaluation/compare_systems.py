"""Comparing systems on the same notes, two at a time, and saying in a sentence what came of it; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from note_summarizer.evaluation.bootstrap import PairedComparison, paired_bootstrap
from note_summarizer.evaluation.metrics import METRIC
from note_summarizer.evaluation.rouge import ROUGES
from note_summarizer.evaluation.score_answers import NoteCounts

# The fewest pairs on which a difference can have p < 0.05 at all: all of them with the same sign, 2 / 2^6 = 0.03.
ENOUGH_NOTES = 6


@dataclass(frozen=True)
class Comparison:
    """One system against another one by one metric.

    Attributes:
        metric: a ROUGE's key.
        rare: whether on the notes with rare references only.
    """

    system: str
    against: str
    metric: str
    rare: bool
    result: PairedComparison

    @property
    def verdict(self) -> str:
        """What came of it, as a sentence without a full stop."""
        found, label = self.result, METRIC[self.metric].label
        figures = f"95 % {found.low:.1f} to {found.high:.1f}, {said_p(found.p_value)}"
        if found.better:
            return f"{self.system} beats {self.against} by {found.difference:.1f} {label} ({figures})"
        if found.worse:
            lost = f"95 % {-found.high:.1f} to {-found.low:.1f}, {said_p(found.p_value)}"
            return f"{self.against} beats {self.system} by {-found.difference:.1f} {label} ({lost})"
        if found.low == found.high == 0:
            return f"{self.system} and {self.against} have the same {label} on every note"
        where = "above" if found.difference >= 0 else "below"
        apart = f"{self.system} is {abs(found.difference):.1f} {label} {where} {self.against}"
        if found.notes < ENOUGH_NOTES:
            return f"{apart}; {_too_few(found.notes)}"
        return f"{apart}; the difference may be chance ({figures})"


def _too_few(notes: int) -> str:
    return f"{notes} note{'s' if notes != 1 else ''} cannot tell a difference from chance (at least {ENOUGH_NOTES} can)"


def said_p(p_value: float) -> str:
    """Return a p-value as it is written."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"


def paired_systems(models: Sequence[str], floors: Sequence[str], baseline: str) -> list[tuple[str, str]]:
    """Return which system is compared with which: all others with the baseline, and every model with every floor."""
    found = [(model, baseline) for model in models if model != baseline]
    found += [(model, floor) for model in models for floor in floors if floor != baseline]
    if baseline not in models:
        found += [(floor, baseline) for floor in floors if floor != baseline]
    return found


def compare_systems(
    counts: Mapping[str, Mapping[str, NoteCounts]],
    pairs: Sequence[tuple[str, str]],
    rare: Sequence[int],
    *,
    resamples: int,
    seed: int,
) -> tuple[Comparison, ...]:
    """Compare systems, two at a time, by every ROUGE, on all notes and on the rare ones.

    Args:
        counts: each system's counts, as `count_notes` gives them.
        pairs: which system is compared with which, as `paired_systems` gives them.
        rare: places of the notes with rare references; none leaves their comparisons out.
    """
    found = []
    for system, against in pairs:
        everything = range(len(counts[system][ROUGES[0]].parts))
        for is_rare, places in ((False, everything), (True, rare)):
            for metric in ROUGES if places else ():
                a, b = (counts[name][metric].of(places).parts for name in (system, against))
                result = paired_bootstrap(a, b, resamples=resamples, seed=seed)
                found.append(Comparison(system, against, metric, is_rare, result))
    return tuple(found)
