"""Labels that a person understands, from the titles of ICD-10-CM categories."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notes_pipeline.core.icd10.table import title
from notes_pipeline.core.patient_groups.contributions import WORD_MARK
from notes_pipeline.core.patient_groups.vectors import Vector

MOST_NAMED = 3
# A category that fewer members have does not describe the group.
_COMMON = 0.4
_LESS_THAN_DIAGNOSES = ("R", "V", "W", "X", "Y", "Z", WORD_MARK)
_ASIDE = re.compile(r"\s*[(\[][^)\]]*[)\]]|,? (?:not elsewhere classified|unspecified|NOS|NEC)\b")
# "Type 2", but "NSTEMI", "HIV disease": what is written in capitals keeps them.
_CAPITALIZED = re.compile(r"[A-Z][a-z]")


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
    return _join([name_of(name) for name in common[:MOST_NAMED]])


def _join(names: Sequence[str]) -> str:
    first, *others = names
    small = [name[0].lower() + name[1:] if _CAPITALIZED.match(name) else name for name in others]
    return f"{first} with {' and '.join(small)}" if small else first
