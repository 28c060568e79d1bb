"""Giving a summary's items the wording of its note; pure.

A small model copies most of a phrase and may garble a piece of it. An item with a word that is not in the note takes
the wording of the most similar passage, if that is similar enough and holds the same numbers. An item without such a
passage stays as it is, for the faithfulness check to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from rapidfuzz import fuzz

from note_summarizer.long_notes.statements import split_items

# What the summary style puts around a copied phrase, and between two of them.
_AROUND = re.compile(
    r"(possible |planned |allergic to |history of |normal )?(.*?)( notified| stopped)?", re.IGNORECASE | re.DOTALL
)
_BETWEEN = re.compile(r"( and | on )", re.IGNORECASE)
# A copied phrase lies within one clause of the note.
_CLAUSE_END = re.compile(r"[;\n()]|[.!?](?=\s|$)|,(?!\d)|\s[/–-]\s|:\s")  # noqa: RUF001 - a dash of notes
_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_WORD = re.compile(r"\S+")
# Shorter words are labels and units, which the style may write otherwise than the note.
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_STYLE_WORDS = frozenset(
    [
        "spo2",
        "weight",
        "pain",
        "acute",
        "findings",
        "discharged",
        "home",
        "transferred",
        "admitted",
        "referred",
        "follow",
        "improved",
        "worsened",
        "stable",
        "controlled",
        "extubated",
        "tolerating",
        "ambulating",
        "died",
        "condition",
        "symptoms",
    ]
)
# Percent of rapidfuzz's normalized indel similarity. On the validation notes 70 to 80 serve equally well; lower ones
# begin to take the wrong passage.
SIMILAR_ENOUGH = 75.0


def align_items(summary: str, note: str) -> str:
    """Return the summary with each item in the note's words, without repeated items."""
    clauses = [" ".join(clause.split()) for clause in _CLAUSE_END.split(note)]
    clauses = [clause for clause in clauses if clause]
    known = _STYLE_WORDS.union(_LONG_WORD.findall(note.lower()))
    items = [_align_item(item, clauses, known) for item in split_items(summary)]
    distinct = {item.lower(): item for item in reversed(items)}
    kept = [distinct.pop(item.lower()) for item in items if item.lower() in distinct]
    return ", ".join(kept) + ("." if summary.rstrip().endswith(".") else "")


def _align_item(item: str, clauses: Sequence[str], known: frozenset[str]) -> str:
    match = _AROUND.fullmatch(item)
    if match is None:
        return item
    before, phrase, after = (part or "" for part in match.groups())
    return before + "".join(_align_phrase(part, clauses, known) for part in _BETWEEN.split(phrase)) + after


def _align_phrase(phrase: str, clauses: Sequence[str], known: frozenset[str]) -> str:
    """Return the note's wording of a garbled phrase, or the phrase if no passage is similar enough."""
    plain = phrase.lower()
    if known.issuperset(_LONG_WORD.findall(plain)):
        return phrase
    numbers = sorted(_NUMBER.findall(plain))
    passages = (p for clause in clauses for p in _passages(plain, clause) if sorted(_NUMBER.findall(p)) == numbers)
    best = max(passages, key=lambda passage: fuzz.ratio(plain, passage.lower()), default="")
    return best if fuzz.ratio(plain, best.lower()) >= SIMILAR_ENOUGH else phrase


def _passages(phrase: str, clause: str) -> Iterator[str]:
    """Yield the whole words of a clause that lie under the phrase's best alignment, and a word more or less."""
    words = list(_WORD.finditer(clause))
    start, end = 0, len(clause)
    if len(phrase) < len(clause):
        found = fuzz.partial_ratio_alignment(phrase, clause.lower())
        if found is None:
            return
        start, end = found.dest_start, found.dest_end
    covered = [i for i, word in enumerate(words) if 2 * _overlap(word, start, end) >= len(word[0])]
    if not covered:
        return
    for first, last in product((-1, 0, 1), repeat=2):
        if 0 <= covered[0] + first <= covered[-1] + last < len(words):
            yield clause[words[covered[0] + first].start() : words[covered[-1] + last].end()]


def _overlap(word: re.Match[str], start: int, end: int) -> int:
    return min(word.end(), end) - max(word.start(), start)
