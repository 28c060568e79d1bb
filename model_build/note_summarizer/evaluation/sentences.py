"""Words and sentences as every measurement here counts them; pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z0-9]+")
# A sentence ends at a line's end, or at . ! ? before white space and something that may open a sentence.
_SENTENCE_END = re.compile(r"\n+|(?<=[.!?])\s+(?=[\"'(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|approx|e\.g|i\.e|[A-Z])\.$")


def words(text: str) -> list[str]:
    """Return the lower-cased runs of letters and digits, as the `rouge-score` package reads them (before stemming)."""
    return _WORD.findall(text.lower())


def split_sentences(text: str) -> list[str]:
    """Return a text's sentences, stripped, without empty ones; a line (such as a turn) is never joined to the next.

    A full stop after a title or an initial ("Dr. Lee", "J. Lee") ends no sentence.
    """
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if "\n" not in end.group() and _ABBREVIATION.search(text, start, end.start()):
            continue
        found.append(text[start : end.start()])
        start = end.end()
    found.append(text[start:])
    return [sentence.strip() for sentence in found if sentence.strip()]
