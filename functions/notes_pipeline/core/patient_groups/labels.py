"""Labels that a person understands, from the titles of ICD-10-CM categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import shorten

from notes_pipeline.core.icd10.table import title
from notes_pipeline.core.patient_groups.contributions import WORD_MARK
from notes_pipeline.core.patient_groups.vectors import Vector

MOST_NAMED = 3
# A category that fewer members have does not describe the group.
_COMMON = 0.4
_LESS_THAN_DIAGNOSES = ("R", "V", "W", "X", "Y", "Z", WORD_MARK)
_ASIDE = re.compile(
    r"\s*[(\[][^)\]]*[)\]]|,? not elsewhere classified\b|(?:,| and| or)? unspecified(?: organism| type)?\b"
)
_MOST_CHARACTERS = 60  # of one category's title in a label
# "Type 2", but neither "HIV disease" nor "Alzheimer's disease".
_CAPITALIZED = re.compile(r"[A-Z][a-z]+(?!['a-z])")


def name_of(category: str) -> str:
    """Return what a person calls a category or a word: its title without what only coders need."""
    if category.startswith(WORD_MARK):
        return category.removeprefix(WORD_MARK).capitalize()
    return _ASIDE.sub("", title(category)).strip() or f"ICD-10-CM {category}"


def label_of(centre: Vector, shares: dict[str, float]) -> str:
    """Return a group's label, e.g. "Heart failure with type 2 diabetes mellitus and chronic kidney disease".

    Named are up to three categories that weigh most in the group's centre and that many members have; diagnoses before
    symptoms, causes from outside and what has status.

    Args:
        shares: of the members that have a category, 0 to 1.
    """
    common = [name for name, _ in centre if shares[name] >= _COMMON] or [name for name, _ in centre[:1]]
    common.sort(key=lambda name: name.startswith(_LESS_THAN_DIAGNOSES))
    names = (shorten(name_of(name), _MOST_CHARACTERS, placeholder=" …") for name in common[:MOST_NAMED])
    return _join(list(names))


def _join(names: Sequence[str]) -> str:
    first, *others = names
    small = [name[0].lower() + name[1:] if _CAPITALIZED.match(name) else name for name in others]
    # Titles that hold lists themselves would run into one another.
    between = "; " if any(" and " in name or "," in name for name in small) else " and "
    return f"{first} with {between.join(small)}" if small else first
