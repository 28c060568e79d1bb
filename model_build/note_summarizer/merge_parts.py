"""Merging the summaries of a long note's parts into one; pure.

Merged summaries keep the order of the parts and say each thing once. Those made of comma-separated items (problem,
findings, treatment, vital signs) have the vital signs last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMMA = re.compile(r",(?!\d)\s*")
_VITAL_SIGN = re.compile(r"(hr|bp|rr|t|temp|spo2|pain|weight) [\d./]+%?( kg)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_EMPTY = frozenset({"", "no acute findings"})


def merge_items(summaries: Sequence[str]) -> str:
    """Return one summary with the items of the parts' summaries, each once."""
    if len(summaries) == 1:
        return summaries[0]
    items = _distinct([item for summary in summaries for item in split_items(summary)])
    ordered = [i for i in items if not _VITAL_SIGN.fullmatch(i)] + [i for i in items if _VITAL_SIGN.fullmatch(i)]
    text = ", ".join(ordered)
    return f"{text[:1].upper()}{text[1:]}." if text else summaries[0]


def merge_sentences(summaries: Sequence[str]) -> str:
    """Return one summary with the sentences of the parts' summaries, each once."""
    if len(summaries) == 1:
        return summaries[0]
    sentences = [found for summary in summaries for found in _SENTENCE_END.split(summary.strip()) if found]
    first = {_plain(sentence): sentence for sentence in reversed(sentences)}
    return " ".join(first[plain] for plain in dict.fromkeys(map(_plain, sentences)))


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
