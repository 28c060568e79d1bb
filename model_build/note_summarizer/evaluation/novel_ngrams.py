"""How much of an answer is not in its note: the share of novel n-grams (Narayan, Cohen and Lapata 2018, "Don't Give Me
the Details, Just the Summary!", section 3); pure."""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.evaluation.sentences import words

SIZES = (1, 2, 3, 4)


def novel_ngrams(note: str, answer: str, size: int) -> tuple[int, int]:
    """Return how many of the answer's n-grams the note has not, and how many it has in all (repeats count).

    Args:
        size: n, in words; words are lower-cased and not stemmed.
    """
    known = set(_ngrams(words(note), size))
    found = _ngrams(words(answer), size)
    return sum(ngram not in known for ngram in found), len(found)


def _ngrams(said: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(said[start : start + size]) for start in range(len(said) - size + 1)]
