"""The nearest neighbour of a note among training notes: the floor that shows what recalling alone gives; pure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

_TERM = re.compile(r"\b\w\w+\b")

Weights = dict[str, float]


class NearestNotes:
    """Finds the known note that is most similar to another one, by the cosine of their TF-IDF weights.

    A term is a run of two or more word characters in lower case or, with `word_pairs`, also two such runs in a row. Its
    weight is (1 + ln count) * (ln((1 + notes) / (1 + notes that have it)) + 1): Salton and Buckley 1988 with sublinear
    counts and smoothed inverse document frequency, as scikit-learn's `TfidfVectorizer(sublinear_tf=True)` computes it.
    """

    def __init__(self, notes: Sequence[str], *, word_pairs: bool = True) -> None:
        """Index the known notes.

        Raises:
            ValueError: there are none.
        """
        if not notes:
            raise ValueError("a nearest neighbour needs at least one known note")
        self._word_pairs = word_pairs
        counts = [self._counts(note) for note in notes]
        having = Counter(term for count in counts for term in count)
        self._rarity = {term: math.log((1 + len(notes)) / (1 + having[term])) + 1 for term in having}
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, count in enumerate(counts):
            for term, weight in self._unit(count).items():
                self._places[term].append((place, weight))

    def nearest(self, note: str) -> int:
        """Return the place of the most similar known note; the first of equals, and of all if none shares a term."""
        cosines: dict[int, float] = defaultdict(float)
        for term, weight in self._unit(self._counts(note)).items():
            for place, known in self._places[term]:
                cosines[place] += weight * known
        # Rounded: equal notes must tie, whatever order their terms were added in.
        return min(cosines, key=lambda place: (-round(cosines[place], 12), place), default=0)

    def _counts(self, note: str) -> Counter[str]:
        terms = _TERM.findall(note.lower())
        return Counter([*terms, *map(" ".join, pairwise(terms))] if self._word_pairs else terms)

    def _unit(self, counts: Counter[str]) -> Weights:
        known = {term: count for term, count in counts.items() if term in self._rarity}
        weights = {term: (1 + math.log(count)) * self._rarity[term] for term, count in known.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {term: weight / length for term, weight in weights.items()}
