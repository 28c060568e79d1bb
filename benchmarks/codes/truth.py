"""Known codes of the diagnoses that synthetic notes are made of: ICD-10-CM's own titles, and our list of conditions."""

from __future__ import annotations

import csv
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from note_summarizer.synthetic.lexicons import clean_title

CONDITIONS = Path(__file__).parent.parent / "data" / "condition_codes.csv"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Known:
    """What a diagnosis should be coded as.

    Attributes:
        codes: any of them is right; none where the title is only that of a category.
        categories: the first three characters of those that are right.
        source: `title` (drawn from the table) or `condition` (from our list).
    """

    codes: frozenset[str]
    categories: frozenset[str]
    source: str


def known(diagnosis: str) -> Known | None:
    """Return a diagnosis's codes, None if neither the list nor the table knows it."""
    lower = diagnosis.lower()
    return _conditions().get(_NUMBER.sub("{n}", lower), _conditions().get(lower)) or _titles().get(lower)


@cache
def _conditions() -> dict[str, Known]:
    with CONDITIONS.open(encoding="utf-8", newline="") as file:
        rows = [(row["condition"].lower(), frozenset(row["codes"].split())) for row in csv.DictReader(file)]
    return {name: Known(codes, frozenset(code[:3] for code in codes), "condition") for name, codes in rows}


@cache
def _titles() -> dict[str, Known]:
    """Return the codes of every title that the generator may draw, which is cut of what nobody writes.

    Every billable code whose title is cut to the same text is right, so of a code's encounters none is wrong.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import simple_icd_10_cm as icd
    codes, categories = defaultdict(set), defaultdict(set)
    for code in icd.get_all_codes(with_dots=True):
        title = clean_title(icd.get_description(code))
        if title and icd.is_category_or_subcategory(code):
            categories[title].add(code[:3])
            codes[title].update([code] if icd.is_leaf(code) else [])
    return {title: Known(frozenset(codes[title]), frozenset(categories[title]), "title") for title in categories}
