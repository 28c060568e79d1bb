"""Statements of a summary, an item or a sentence each, and which of them say the same; pure.

Of statements that say the same the fullest stays. Two say the same if one's content words and numbers stand in the
other in a row, or, for a few words, in any order, and both are equally certain and affirmed: "no fever", "possible
pneumonia" and "aspirin stopped" are other statements than "fever", "pneumonia" and "aspirin". So are two values of the
same vital sign: both stay, for a person to see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from note_summarizer.split_sentences import split_sentences

_COMMA = re.compile(r",(?!\d)\s*")
_WORD = re.compile(r"[^\W_](?:[\w./%+'-]*[\w%+])?")
# Words that say nothing by themselves.
_EMPTY = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "had", "has", "have", "he", "her", "him", "his",
    "in", "is", "it", "its", "of", "on", "or", "patient", "she", "that", "the", "their", "them", "there", "they",
    "this", "to", "was", "were", "which", "who", "with",
])  # fmt: skip
# Words that make another statement of the same words.
_MODIFIERS = frozenset([
    "absent", "allergic", "denied", "denies", "discontinued", "family", "history", "improved", "likely", "negative",
    "never", "no", "normal", "not", "notified", "planned", "possible", "probable", "resolved", "stopped", "suspected",
    "unlikely", "without", "worsened",
])  # fmt: skip
# Reordered words of a longer one may say something else ("cough resolved, fever persists").
_MOST_REORDERED = 3
_NOTHING = "no acute findings"

Key = tuple[str, ...]


def split_items(summary: str) -> list[str]:
    """Split a summary at its commas, but not inside a number such as 1,200."""
    return [item.strip() for item in _COMMA.split(summary.strip().removesuffix("."))]


def summary_sentences(summary: str) -> list[str]:
    """Split a summary into sentences, without white space around them."""
    return [sentence.strip() for sentence in split_sentences(summary.strip(), most_words=len(summary))]


def distinct(statements: Sequence[str]) -> list[str]:
    """Return the statements without those that another one holds, in order; of equal ones the first.

    "No acute findings" is left out, unless nothing else is said.
    """
    keys = [content(statement) for statement in statements]
    first: dict[Key, int] = {}
    for place, key in enumerate(keys):
        if key and statements[place].strip(" .").lower() != _NOTHING:
            first.setdefault(key, place)
    fullest = _Fullest(first)
    return [statements[place] for key, place in first.items() if not fullest.holds_another(key)]


def content(statement: str) -> Key:
    """Return the words and numbers that a statement consists of, lower-cased, in order; all, if none says much."""
    words = [found.lower() for found in _WORD.findall(statement)]
    return tuple(word for word in words if word not in _EMPTY) or tuple(words)


class _Fullest:
    """Looks for statements that hold another one; by their words, as a note of megabytes has ten thousands."""

    def __init__(self, order: Mapping[Key, int]) -> None:
        self._order = order
        self._by_word: dict[str, set[Key]] = defaultdict(set)
        for key in order:
            for word in key:
                self._by_word[word].add(key)

    def holds_another(self, key: Key) -> bool:
        """Whether another statement holds this one."""
        return any(_holds(other, key) or self._equal_before(other, key) for other in self._others(key))

    def _others(self, key: Key) -> Iterator[Key]:
        rarest = min((self._by_word[word] for word in key), key=len)
        return (other for other in rarest if other != key and len(other) >= len(key) and _certainty(other, key))

    def _equal_before(self, other: Key, key: Key) -> bool:
        same_words = len(key) <= _MOST_REORDERED and sorted(other) == sorted(key)
        return same_words and self._order[other] < self._order[key]


def _holds(other: Key, key: Key) -> bool:
    if len(other) <= len(key):
        return False
    return any(other[start : start + len(key)] == key for start in range(len(other) - len(key) + 1))


def _certainty(other: Key, key: Key) -> bool:
    return _MODIFIERS.intersection(other) == _MODIFIERS.intersection(key)


def left_out(statements: Sequence[str], summary: str) -> int:
    """Return how many statements a summary of them leaves out.

    A statement is said if the summary has all its numbers and at least half of its content words; the summary's own
    words may differ.
    """
    said = set(content(summary))
    return sum(not _is_said(content(statement), said) for statement in statements)


def _is_said(key: Key, said: set[str]) -> bool:
    numbers = [word for word in key if word[0].isdigit()]
    return said.issuperset(numbers) and 2 * sum(word in said for word in key) >= len(key)
