"""Where a note says what a few words of a summary say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from notes_pipeline.core.faithfulness.read_text import ReadText, Word

# A statement is not torn apart by these: "shortness of breath", "stent to the LAD".
_LINKS = frozenset(
    ["of", "in", "on", "to", "with", "from", "at", "the", "a", "an", "left", "right", "bilateral", "both"]
)
_MOST_PLACES = 8


class Place(NamedTuple):
    """Words of a note that are found in a statement, all in one clause, in order."""

    words: tuple[Word, ...]

    @property
    def start(self) -> int:
        """Where the first of them begins."""
        return self.words[0].token.start

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return self.words[-1].token.end


def statements(summary: ReadText) -> Iterator[tuple[Word, ...]]:
    """Yield the runs of content words that a summary states together."""
    run: list[Word] = []
    for word in summary.words:
        if run and not _goes_on(summary, run[-1], word):
            yield tuple(run)
            run = []
        run.append(word)
    if run:
        yield tuple(run)


def locate(statement: Sequence[Word], note: ReadText) -> list[Place]:
    """Return the places of a note that hold most of a statement's words: those that hold the most, in order.

    A place that holds less than half of the words does not speak of the statement.
    """
    matched: dict[int, dict[int, Word]] = {}
    held: Counter[int] = Counter()
    for word in statement:
        of_word = {other.at: other for key in word.keys for other in note.index.get(key, ())}
        for other in of_word.values():
            matched.setdefault(other.clause, {})[other.at] = other
        held.update({other.clause for other in of_word.values()})
    most = max(held.values(), default=0)
    if most * 2 < len(statement):
        return []
    clauses = sorted(clause for clause, count in held.items() if count == most)
    return [Place(tuple(matched[clause][at] for at in sorted(matched[clause]))) for clause in clauses[:_MOST_PLACES]]


def _goes_on(summary: ReadText, word: Word, following: Word) -> bool:
    if word.clause != following.clause or following.at - word.at > 3:
        return False
    between = summary.text[word.token.end : following.token.start]
    middle = [token.text for token in summary.tokens[word.at + 1 : following.at]]
    return not set(between) & set(",:;()") and all(text in _LINKS for text in middle)
