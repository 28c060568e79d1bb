"""What the abbreviations of clinical notes stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from notes_pipeline.core.word_lists import read_entries


@cache
def all_expansions() -> Mapping[str, tuple[str, ...]]:
    """Return the expansions of every abbreviation, all in lower case.

    Several, where only the context tells ("pe" is pulmonary embolism or physical examination).
    """
    parts = (entry.partition(" = ") for entry in read_entries(__package__, "abbreviations.txt"))
    return {name: tuple(meaning.split(" | ")) for name, _, meaning in parts}
