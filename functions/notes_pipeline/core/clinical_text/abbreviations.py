"""What the abbreviations of clinical notes stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources


def expansions(token: str) -> tuple[str, ...]:
    """Return the lower-case expansions of a lower-case abbreviation; none if it is not one.

    Several, where only the context tells ("pe" is pulmonary embolism or physical examination).
    """
    return all_expansions().get(token, ())


@cache
def all_expansions() -> Mapping[str, tuple[str, ...]]:
    """Return the expansions of every abbreviation."""
    text = resources.files("notes_pipeline.core.clinical_text").joinpath("abbreviations.txt").read_text("utf-8")
    lines = (line.partition(" = ") for line in text.splitlines() if " = " in line and not line.startswith("#"))
    return {name: tuple(meaning.split(" | ")) for name, _, meaning in lines}
