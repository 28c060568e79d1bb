"""Finding the vector most like another among many, without looking at most of them."""

from __future__ import annotations

from bisect import insort
from heapq import nlargest

from notes_pipeline.core.patient_groups.vectors import Vector

# Of each feature only so many vectors are met: those in which it weighs most (champion lists: Manning, Raghavan and
# Schütze, "Introduction to Information Retrieval", 7.1.3). A patient who has hypertension among much else is found by
# what else there is; one who has little else is among hypertension's champions.
_CHAMPIONS = 64
# So many of those that share most by the lists are compared in full.
_COMPARED = 16


class Nearest:
    """An inverted index of named unit vectors; a search costs the same however many there are."""

    def __init__(self, champions: int = _CHAMPIONS) -> None:
        self._champions = champions
        self._postings: dict[str, list[tuple[float, str]]] = {}
        self._weights: dict[str, dict[str, float]] = {}
        self._bonus: dict[str, float] = {}

    def add(self, name: str, vector: Vector, bonus: float = 0.0) -> None:
        """Add a vector under a name that the index does not hold.

        Args:
            bonus: what the name gets above its likeness where several are like enough.
        """
        self._weights[name] = dict(vector)
        self._bonus[name] = bonus
        for feature, weight in vector:
            postings = self._postings.setdefault(feature, [])
            if len(postings) < self._champions or (-weight, name) < postings[-1]:
                insort(postings, (-weight, name))
                del postings[self._champions :]

    def find(self, vector: Vector, threshold: float) -> tuple[str, float] | None:
        """Return the best name and its cosine, None if none reaches the threshold; of equals the first by name."""
        best: tuple[float, str] | None = None
        likeness = 0.0
        for name in self._candidates(vector, threshold):
            weights = self._weights[name]
            cosine = sum([weight * weights[feature] for feature, weight in vector if feature in weights])
            if cosine >= threshold:
                score = -cosine - self._bonus[name], name
                if best is None or score < best:
                    best, likeness = score, cosine
        return (best[1], likeness) if best else None

    def _candidates(self, vector: Vector, threshold: float) -> list[str]:
        """Return the names that share most by the lists.

        What is left of the vector's length bounds what its lighter features can add, so that the lightest, whose lists
        are the longest, bring no new names: Bayardo et al., "Scaling up all pairs similarity search", WWW 2007.
        """
        found: dict[str, float] = {}
        get, left = found.get, 1.0
        for feature, weight in vector:
            if left < threshold * threshold:
                break
            left -= weight * weight
            for its, name in self._postings.get(feature, ()):
                found[name] = get(name, 0.0) - weight * its
        if len(found) <= _COMPARED:
            return list(found)
        return [name for _, name in nlargest(_COMPARED, zip(found.values(), found, strict=True))]
