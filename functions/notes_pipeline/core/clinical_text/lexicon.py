"""Equivalent phrases: which words of two texts say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from notes_pipeline.core.clinical_text.abbreviations import all_expansions
from notes_pipeline.core.clinical_text.stems import stem
from notes_pipeline.core.clinical_text.tokens import Token, tokenize
from notes_pipeline.core.word_lists import read_entries

# Abbreviations that are also words, or units: they count where they are written in capitals.
_ALSO_WORDS_IN_LINE = (
    "add aka all ali ama arf cap coke cr dub ed er ha hit hs lad lt mg mm ms om or os ot p pet ph pot pt r rt t tips us"
)
_ALSO_WORDS = frozenset(_ALSO_WORDS_IN_LINE.split())
# First stem of a phrase → its phrases, longest first, with the groups of equivalents that each belongs to.
_Phrases = dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]]


def equivalents(tokens: Sequence[Token], text: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield first token, last token and groups of every phrase that has equivalents; phrases may overlap."""
    phrases, stems = _phrases(), [stem(token.text) for token in tokens]
    for at, first in enumerate(stems):
        for phrase, groups in phrases.get(first, ()):
            if len(phrase) == 1:
                if tokens[at].text not in _ALSO_WORDS or text[tokens[at].start : tokens[at].end].isupper():
                    yield at, at, groups
            elif tuple(stems[at : at + len(phrase)]) == phrase:
                yield at, at + len(phrase) - 1, groups


def read_words(name: str) -> frozenset[str]:
    """Return the words of a list of this package."""
    return frozenset(word for entry in read_entries(__package__, f"{name}.txt") for word in entry.split())


@cache
def _groups() -> list[list[str]]:
    groups = [entry.split(" | ") for entry in read_entries(__package__, "equivalents.txt")]
    return groups + [[name, *meanings] for name, meanings in all_expansions().items()]


@cache
def _phrases() -> _Phrases:
    groups: dict[tuple[str, ...], set[int]] = {}
    for number, line in enumerate(_groups()):
        for phrase in line:
            groups.setdefault(tuple(stem(token.text) for token in tokenize(phrase)), set()).add(number)
    found: _Phrases = {}
    for stems, numbers in sorted(groups.items(), key=lambda item: -len(item[0])):
        found.setdefault(stems[0], []).append((stems, tuple(sorted(numbers))))
    return found
