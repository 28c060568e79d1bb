"""A text as the checks see it: words with the keys by which another text's are found, numbers, clauses, contexts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from notes_pipeline.core.clinical_text.clauses import Clause, read_clauses
from notes_pipeline.core.clinical_text.context import ContextMap, contexts_of
from notes_pipeline.core.clinical_text.dates import Date, read_dates
from notes_pipeline.core.clinical_text.lexicon import equivalents, read_words
from notes_pipeline.core.clinical_text.numbers import Number, read_numbers
from notes_pipeline.core.clinical_text.stems import stem
from notes_pipeline.core.clinical_text.tokens import Token, tokenize
from notes_pipeline.core.clinical_text.values import Value, read_values

# What a word is found by: its stem, or the number of a group of equivalent phrases that it is part of.
Key = str | int
# What is repeated more often in a note is looked at so often only: a note's length must not square its cost.
MOST_OF_A_KEY = 200
_DENIES = re.compile(r"no|not|never|cannot|without|none|nothing|unable|\w+n't")
# "right here", "that's right", "left the hospital": no sides.
_NOT_SIDE_AFTER_IN_LINE = (
    "against here now after away before there handed alone over the him her me us it with for at by"
)
_NOT_SIDE_AFTER = frozenset(_NOT_SIDE_AFTER_IN_LINE.split())
_NOT_SIDE_BEFORE = frozenset(["that's", "thats", "all", "it's"])
SIDES = {"left": "left", "right": "right", "bilateral": "both", "bilaterally": "both", "both": "both"}


@dataclass(frozen=True)
class Word:
    """A content word of a text.

    Attributes:
        keys: its stem first.
        at: index of its token.
        clause: index of its clause.
    """

    token: Token
    keys: tuple[Key, ...]
    at: int
    clause: int


class ReadText:
    """A text, read once."""

    def __init__(self, text: str, is_items: bool = False) -> None:
        self.text = text
        self._is_items = is_items
        self.tokens: Sequence[Token] = tokenize(text)
        self.numbers: Sequence[Number] = read_numbers(self.tokens)
        self.clauses: Sequence[Clause] = read_clauses(text)
        self._clause_starts = [clause.start for clause in self.clauses]

    @cached_property
    def _equivalents(self) -> Sequence[tuple[int, int, tuple[int, ...]]]:
        return list(equivalents(self.tokens, self.text))

    @cached_property
    def contexts(self) -> ContextMap:
        """What is denied, doubted, past or a relative's."""
        return contexts_of(self.clauses, commas_end=self._is_items)

    @cached_property
    def wide_contexts(self) -> ContextMap:
        """The contexts read as prose: a comma does not end a trigger's reach."""
        return contexts_of(self.clauses) if self._is_items else self.contexts

    @cached_property
    def values(self) -> Sequence[Value]:
        """The numbers with their units and the vital signs they are of."""
        return read_values(self.text, self.tokens, self.numbers)

    @cached_property
    def dates(self) -> Sequence[Date]:
        """The dates."""
        return read_dates(self.text, self.tokens, self.numbers)

    @cached_property
    def sides(self) -> dict[int, str]:
        """Side by the index of the token that names it."""
        found = {at: SIDES[token.text] for at, token in enumerate(self.tokens) if token.text in SIDES}
        return {at: side for at, side in found.items() if self._is_side(at)}

    @cached_property
    def words(self) -> Sequence[Word]:
        """The content words; numbers, sides and words that say nothing are not among them."""
        keys: list[list[Key]] = [[stem(token.text)] for token in self.tokens]
        for first, last, groups in self._equivalents:
            for at in range(first, last + 1):
                keys[at] += groups
        counted = {at for number in self.numbers for at in range(number.first, number.last + 1)}
        stop = _stop_words()
        return [
            Word(token, tuple(dict.fromkeys(keys[at])), at, self.clause_of(token.start))
            for at, token in enumerate(self.tokens)
            if at not in counted and token.text not in stop and token.text not in SIDES and len(token.text) > 1
        ]

    @cached_property
    def denied_in_themselves(self) -> frozenset[int]:
        """Tokens of phrases that deny in themselves ("never married" for single): the denial is not of the whole."""
        return frozenset(
            at
            for first, last, _ in self._equivalents
            if last > first and any(_DENIES.fullmatch(token.text) for token in self.tokens[first : last + 1])
            for at in range(first, last + 1)
        )

    @cached_property
    def index(self) -> dict[Key, list[Word]]:
        """The content words by each of their keys: at most 200 of a key, as more would tell nothing more."""
        found: dict[Key, list[Word]] = {}
        for word in self.words:
            for key in word.keys:
                of_key = found.setdefault(key, [])
                if len(of_key) < MOST_OF_A_KEY:
                    of_key.append(word)
        return found

    @cached_property
    def values_by_number(self) -> dict[float, list[Value]]:
        """The values by each number they may be: at most 200 of a number."""
        found: dict[float, list[Value]] = {}
        for value in self.values:
            for number in value.number.values:
                of_number = found.setdefault(number, [])
                if len(of_number) < MOST_OF_A_KEY:
                    of_number.append(value)
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[float, float]]:
        """The numbers that stand next to each other, in their order."""
        both = pairwise(self.values)
        return frozenset((x, y) for a, b in both for x in a.number.values for y in b.number.values)

    @cached_property
    def sides_by_clause(self) -> dict[int, list[tuple[int, str]]]:
        """The sides, with the index of their token, by their clause: at most 200 of a clause."""
        found: dict[int, list[tuple[int, str]]] = {}
        for at, side in self.sides.items():
            of_clause = found.setdefault(self.clause_of(self.tokens[at].start), [])
            if len(of_clause) < MOST_OF_A_KEY:
                of_clause.append((at, side))
        return found

    @cached_property
    def all_keys(self) -> frozenset[Key]:
        """The keys of every token, of words that say nothing too, and stems of neighbours written as one word."""
        stems = [stem(token.text) for token in self.tokens]
        joined = (stem(a.text + b.text) for a, b in zip(self.tokens, self.tokens[1:], strict=False))
        groups = (group for _, _, groups in self._equivalents for group in groups)
        return frozenset([*stems, *joined, *groups])

    def _is_side(self, at: int) -> bool:
        token, following = self.tokens[at], self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        after = following.text if following and self.text[token.end : following.start] == " " else ""
        before = self.tokens[at - 1].text if at else ""
        asked = self.text[token.end : token.end + 1] == "?"
        return not (asked or after in _NOT_SIDE_AFTER or before in _NOT_SIDE_BEFORE)

    def clause_of(self, place: int) -> int:
        """Return the index of the clause that a place stands in."""
        return max(0, bisect_right(self._clause_starts, place) - 1)


@cache
def _stop_words() -> frozenset[str]:
    return read_words("stop_words")
