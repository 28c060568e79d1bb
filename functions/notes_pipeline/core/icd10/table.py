"""The ICD-10-CM table: titles, and what stands below what. Written by `python -m chartbrief.icd10_table`."""

from __future__ import annotations

import gzip
from bisect import bisect_left, bisect_right
from functools import cache
from importlib import resources
from typing import NamedTuple

_PACKAGE = "notes_pipeline.core.icd10"


class _Table(NamedTuple):
    codes: list[str]
    lines: list[str]


def packed_text(name: str) -> str:
    """Return the text of a gzipped data file of this package."""
    return gzip.decompress(resources.files(_PACKAGE).joinpath(name).read_bytes()).decode()


@cache
def _table() -> _Table:
    lines = packed_text("codes.txt.gz").splitlines()
    return _Table([line[: line.index("\t")] for line in lines], lines)


def codes() -> list[str]:
    """Return all categories, subcategories and codes, sorted; do not change the list."""
    return _table().codes


def title(code: str) -> str:
    """Return a code's title, "" if the table has no such code."""
    table = _table()
    at = bisect_left(table.codes, code)
    return table.lines[at].split("\t", 1)[1] if at < len(table.codes) and table.codes[at] == code else ""


def children(code: str) -> list[str]:
    """Return what stands directly below a category or subcategory; nothing for a billable code."""
    known, found = _table().codes, []
    # A category has no dot, so what is below I10 must not take in I1A's neighbours: the dot follows the category.
    prefix = code if "." in code else code + "."
    at, end = bisect_left(known, prefix), bisect_right(known, prefix + "\x7f")
    if known[at : at + 1] == [code]:
        at += 1
    while at < end:
        found.append(known[at])
        at = bisect_right(known, known[at] + "\x7f", at)
    return found


def is_below(code: str, ancestor: str) -> bool:
    """Say whether a code is `ancestor` or stands below it."""
    return code.startswith(ancestor)
