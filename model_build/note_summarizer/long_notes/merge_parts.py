"""Merging the summaries of a long note's parts into one; pure.

Merged summaries keep the order of the parts and say each thing once. Those made of comma-separated items (problem,
findings, treatment, vital signs) have the vital signs last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from note_summarizer.long_notes.statements import distinct, split_items, summary_sentences

# More items than this nobody reads as a summary, and the answers of a request have to stay within a few megabytes.
MOST_ITEMS = 1000

_VITAL_SIGN = re.compile(r"(hr|bp|rr|t|temp|spo2|pain|weight) [\d./]+%?( kg)?", re.IGNORECASE)


@dataclass(frozen=True)
class Merged:
    """One summary made of several.

    Attributes:
        statements: its items or sentences.
        dropped: statements that there was no room for; repeated ones are not counted.
    """

    text: str
    statements: tuple[str, ...]
    dropped: int = 0


def merge_items(summaries: Sequence[str]) -> Merged:
    """Return one summary with the items of the parts' summaries, each once; the first `MOST_ITEMS` of them."""
    if len(summaries) == 1:
        return Merged(summaries[0], tuple(split_items(summaries[0])))
    items = distinct([item for summary in summaries for item in split_items(summary)])
    kept = items[:MOST_ITEMS]
    ordered = [i for i in kept if not _VITAL_SIGN.fullmatch(i)] + [i for i in kept if _VITAL_SIGN.fullmatch(i)]
    text = ", ".join(ordered)
    text = f"{text[:1].upper()}{text[1:]}." if text else next(filter(None, summaries), "")
    return Merged(text, tuple(ordered), len(items) - len(kept))


def merge_sentences(summaries: Sequence[str]) -> Merged:
    """Return one summary with the sentences of the parts' summaries, each once."""
    sentences = [found for summary in summaries for found in summary_sentences(summary)]
    if len(summaries) == 1:
        return Merged(summaries[0], tuple(sentences))
    kept = distinct(sentences)
    return Merged(" ".join(kept) or next(filter(None, summaries), ""), tuple(kept))
