"""Merging the summaries of a long note's parts into one; pure.

Summaries are comma-separated items in the order problem, findings, treatment, vital signs. Merged, they keep the order
of the parts, lose repeats, and have the vital signs last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMMA = re.compile(r",(?!\d)\s*")
_VITAL_SIGN = re.compile(r"(hr|bp|rr|t|temp|spo2|pain|weight) [\d./]+%?( kg)?", re.IGNORECASE)
_EMPTY = frozenset({"", "no acute findings"})


def merge_summaries(summaries: Sequence[str]) -> str:
    """Return one summary that says what the parts' summaries say, each thing once."""
    if len(summaries) == 1:
        return summaries[0]
    items = _distinct([item for summary in summaries for item in split_items(summary)])
    ordered = [i for i in items if not _VITAL_SIGN.fullmatch(i)] + [i for i in items if _VITAL_SIGN.fullmatch(i)]
    text = ", ".join(ordered)
    return f"{text[:1].upper()}{text[1:]}." if text else summaries[0]


def split_items(summary: str) -> list[str]:
    """Split a summary at its commas, but not inside a number such as 1,200."""
    return [item.strip() for item in _COMMA.split(summary.strip().removesuffix("."))]


def _distinct(items: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for item in items:
        if _plain(item).strip() in _EMPTY or any(_plain(item) in _plain(other) for other in kept):
            continue
        kept = [other for other in kept if _plain(other) not in _plain(item)]
        kept.append(item)
    return kept


def _plain(item: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9./%]+', item.lower()))} "
