"""Deterministic division of phrases and entities into train, validation and test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

Split = Literal["train", "validation", "test"]

_TRAIN_BELOW, _VALIDATION_BELOW = 80, 90


def split_of(text: str) -> Split:
    """Say which split a phrase or entity belongs to: 80 / 10 / 10 by the hash of its lower-case text."""
    bucket = int(hashlib.sha256(text.lower().encode()).hexdigest()[:8], 16) % 100
    if bucket < _TRAIN_BELOW:
        return "train"
    return "validation" if bucket < _VALIDATION_BELOW else "test"


def keep(texts: Iterable[str], split: Split) -> tuple[str, ...]:
    """Return the texts of one split, in order and without repeats."""
    return tuple(dict.fromkeys(text for text in texts if split_of(text) == split))


def ranked_splits(texts: Iterable[str]) -> dict[str, Split]:
    """Divide a short list so that every split gets something: by rank of the hashes, 12 % test, 8 % validation.

    At least two texts are for test and one for validation.
    """
    ranked = sorted(dict.fromkeys(texts), key=lambda text: hashlib.sha256(text.lower().encode()).hexdigest())
    tested = max(2, round(len(ranked) * 0.12))
    validated = tested + max(1, round(len(ranked) * 0.08))
    names: tuple[Split, ...] = ("test", "validation", "train")
    return {text: names[(rank >= tested) + (rank >= validated)] for rank, text in enumerate(ranked)}
