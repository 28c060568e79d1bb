"""Figures of a ranking: area under the ROC curve, precision at a recall, and shares."""

from __future__ import annotations

from collections.abc import Sequence


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the probability that a positive outranks a negative; ties count half."""
    of_positives = [score for score, is_positive in zip(scores, positive, strict=True) if is_positive]
    of_negatives = [score for score, is_positive in zip(scores, positive, strict=True) if not is_positive]
    wins = sum((a > b) + 0.5 * (a == b) for a in of_positives for b in of_negatives)
    return wins / (len(of_positives) * len(of_negatives))


def precision_at_recall(scores: Sequence[float], positive: Sequence[bool], recall: float) -> float:
    """Return the best precision of a threshold that finds at least a share of the positives; ties stand together."""
    best, total = 0.0, sum(positive)
    for threshold in set(scores):
        found = [is_positive for score, is_positive in zip(scores, positive, strict=True) if score >= threshold]
        if sum(found) >= recall * total:
            best = max(best, sum(found) / len(found))
    return best


def auc_interval(scores: Sequence[float], positive: Sequence[bool]) -> tuple[float, float]:
    """Return the 95 % interval of the area (Hanley and McNeil, Radiology 1982;143(1):29-36)."""
    area, n, m = auc(scores, positive), sum(positive), len(positive) - sum(positive)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (n - 1) * (q1 - area**2) + (m - 1) * (q2 - area**2)) / (n * m)
    return area - 1.96 * variance**0.5, min(1.0, area + 1.96 * variance**0.5)
