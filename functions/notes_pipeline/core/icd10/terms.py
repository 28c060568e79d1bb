"""The index of terms: under a term's rarest word stand its other words and its code; a line is read when needed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from notes_pipeline.core.icd10.table import packed_text

_UNKNOWN_WEIGHT = 100


class Term(NamedTuple):
    """A set of search words, rarest first, that names a code or a category; `weight` sums its words' weights."""

    words: tuple[str, ...]
    code: str
    weight: int


@cache
def _lines() -> dict[str, str]:
    lines = packed_text("terms.txt.gz").splitlines()
    return {word: rest for word, _, rest in (line.partition("\t") for line in lines)}


@cache
def _read(word: str) -> tuple[int, tuple[Term, ...]]:
    line = _lines().get(word)
    if line is None:
        return _UNKNOWN_WEIGHT, ()
    weight, *packed = line.split("\t")
    return int(weight), tuple(_unpacked(word, term) for term in packed)


def _unpacked(word: str, packed: str) -> Term:
    code, *others = packed.split(" ")
    words = (word, *others)
    return Term(words, code, sum(weight_of(each) for each in words))


@cache
def weight_of(word: str) -> int:
    """Return a word's weight: ten times the negative binary logarithm of the share of terms that hold it."""
    line = _lines().get(word)
    return int(line.split("\t", 1)[0]) if line else _UNKNOWN_WEIGHT


def terms_under(word: str) -> tuple[Term, ...]:
    """Return the terms of which this is the rarest word."""
    return _read(word)[1]
