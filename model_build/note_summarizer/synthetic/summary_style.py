"""The telegraphic summary: items in a fixed order of categories, joined by commas, closed by a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Category(IntEnum):
    """Where an item stands in the summary: problem, key findings, history, treatment, course, vital signs."""

    DIAGNOSIS = 0
    COMPLAINT = 1
    FINDING = 2
    LAB = 3
    HISTORY = 4
    ALLERGY = 5
    TREATMENT = 6
    PROCEDURE = 7
    COURSE = 8
    VITAL_SIGN = 9


@dataclass(frozen=True)
class Item:
    """One comma-separated item of a summary.

    Attributes:
        entities: the phrases in it that were drawn from open sets, and that a faithful summary has word for word.
    """

    category: Category
    text: str
    entities: tuple[str, ...] = ()


def join_with_and(texts: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def write_summary(items: Iterable[Item]) -> str:
    """Return the summary of the items; within a category they keep the note's order, repeats are dropped.

    A note with nothing to report is summarized as "No acute findings."
    """
    ordered = sorted(items, key=lambda item: item.category)
    seen = dict.fromkeys(item.text.lower() for item in ordered)
    texts = {item.text.lower(): item.text for item in reversed(ordered)}
    text = ", ".join(texts[key] for key in seen) or "no acute findings"
    return f"{text[0].upper()}{text[1:]}."
