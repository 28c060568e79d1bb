"""How sure a measurement on a few notes is: intervals, and whether one system really beats another; pure and seeded.

Intervals: the percentile bootstrap of Efron 1979 ("Bootstrap Methods: Another Look at the Jackknife"); notes are drawn
with replacement. Comparisons: the paired bootstrap of Koehn 2004 ("Statistical Significance Tests for Machine
Translation Evaluation"): both systems are judged on the same drawn notes, so that hard notes are hard for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95
_DRAWS_AT_ONCE = 1 << 21  # notes drawn at a time: 16 MiB of places


@dataclass(frozen=True)
class Interval:
    """A mean (or share) and its 95 % interval, all in the unit of what was measured."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedComparison:
    """How much a system is above another one on the same notes.

    Attributes:
        difference: mean of a minus b.
        low, high: 95 % interval of the difference.
        p_value: two-sided; how often a difference as large would come from notes on which neither is better.
        better: a beats b above chance: the whole interval is above 0 and p is below 0.05.
        notes: how many notes both answered.
    """

    difference: float
    low: float
    high: float
    p_value: float
    better: bool
    notes: int

    @property
    def worse(self) -> bool:
        """Whether b beats a above chance."""
        return self.high < 0 and self.p_value < 1 - LEVEL


def bootstrap_interval(values: Sequence[float], *, resamples: int = 1000, seed: int = 0) -> Interval:
    """Return the mean of one value a note, with its 95 % percentile interval.

    Raises:
        ValueError: there are no values.
    """
    return bootstrap_ratio(values, [1.0] * len(values), resamples=resamples, seed=seed)


def bootstrap_ratio(
    parts: Sequence[float], wholes: Sequence[float], *, resamples: int = 1000, seed: int = 0
) -> Interval:
    """Return sum(parts) / sum(wholes) with its 95 % percentile interval: a share that is counted over all notes.

    Args:
        parts, wholes: one value a note, such as numbers that are right and numbers in all.

    Raises:
        ValueError: there are no values, or the wholes add up to nothing.
    """
    part, whole = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    if not part.size or not whole.sum():
        raise ValueError("an interval needs at least one value")
    ratios = np.concatenate([_ratios(part, whole, places) for places in _draws(part.size, resamples, seed)])
    low, high = _percentiles(ratios)
    return Interval(float(part.sum() / whole.sum()), low, high)


def paired_bootstrap(
    a: Sequence[float], b: Sequence[float], *, resamples: int = 10_000, seed: int = 0
) -> PairedComparison:
    """Compare two systems by one value a note each, `a` minus `b`.

    The p-value is twice the share of drawn sets on which the difference has the other sign (or is nil), with one added
    to count and total so that it is never 0 (Davison and Hinkley 1997, section 4.2). It is never below 2 / 2^n, the
    least that n pairs can show at all (all signs alike), so that five notes or fewer decide nothing.

    Raises:
        ValueError: there are no values, or not as many of `a` as of `b`.
    """
    differences = _differences(a, b)
    means = np.concatenate([differences[places].mean(axis=1) for places in _draws(differences.size, resamples, seed)])
    low, high = _percentiles(means)
    beyond = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    least = 2.0 ** (1 - differences.size)
    p_value = min(1.0, max(2 * (int(beyond) + 1) / (resamples + 1), least))
    better = low > 0 and p_value < 1 - LEVEL
    return PairedComparison(float(differences.mean()), low, high, p_value, better, differences.size)


def _differences(a: Sequence[float], b: Sequence[float]) -> Floats:
    if len(a) != len(b) or not a:
        raise ValueError("a comparison needs the same notes, at least one, answered by both")
    return np.asarray(a, np.float64) - np.asarray(b, np.float64)


def _draws(notes: int, resamples: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield places of drawn notes, a row a drawn set; the same for the same seed whatever is measured."""
    generator = np.random.default_rng(seed)
    rows = max(1, _DRAWS_AT_ONCE // notes)
    for start in range(0, resamples, rows):
        yield generator.integers(0, notes, size=(min(rows, resamples - start), notes))


def _ratios(part: Floats, whole: Floats, places: NDArray[np.int64]) -> Floats:
    parts, wholes = part[places].sum(axis=1), whole[places].sum(axis=1)
    # A drawn set may hold none of the few notes that have anything to count: it says nothing, and is left out.
    kept: Floats = parts[wholes > 0] / wholes[wholes > 0]
    return kept


def _percentiles(drawn: Floats) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
