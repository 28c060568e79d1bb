"""Stretches of a text from which no code may come, beyond what `clinical_text.context` sees.

A code that the patient does not have is worse than one that is missing, and what is true of a patient is said in the
summary too. So a denial or a doubt reaches further here than where a summary is checked: over a whole list, whatever
parts its items, until something is asserted. The words are in `not_said.txt`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from notes_pipeline.core.word_lists import read_entries

_SENTENCE = re.compile(r"(?:(?<!\b[a-zA-Z])(?<!\bden)(?<=\S)[.!?]+(?=\s|$)|\n)+")
_QUERY = re.compile(r"(?<!\S)\?+[^\n]*")
_HESITATION = re.compile(r",? ?\b(?:um|uh|like|you know|i mean|let's see)\b,?", re.IGNORECASE)
_FURTHEST, _LONGEST = 60, 400  # characters


class _Patterns(NamedTuple):
    leads: re.Pattern[str]
    no_trigger: re.Pattern[str]
    asserts: re.Pattern[str]
    behind: re.Pattern[str]


class NotSaid:
    """What a text does not say of its patient.

    Attributes:
        spans: stretches that a denial, a doubt or a relative in front of them covers, half-open.
    """

    def __init__(self, text: str) -> None:
        self._text = _HESITATION.sub(lambda match: " " * len(match[0]), text)
        leads = (span for start, end in _sentences(self._text) for span in _in_sentence(self._text, start, end))
        queries = (match.span() for match in _QUERY.finditer(self._text))
        self.spans = sorted([*queries, *leads])
        self._starts = [start for start, _ in self.spans]
        self._reach = list(accumulate((end for _, end in self.spans), max))

    def covers(self, place: int) -> bool:
        """Say whether a stretch covers a place."""
        at = bisect_right(self._starts, place) - 1
        return at >= 0 and place < self._reach[at]

    def is_denied_behind(self, end: int) -> bool:
        """Say whether what ends at `end` is denied or doubted by the words that follow."""
        return _patterns().behind.match(self._text, end) is not None

    def joins(self, end: int, start: int) -> bool:
        """Say whether the text from the end of one mention to the start of the next only lists them."""
        between = self._text[end:start]
        return start - end < _FURTHEST and not _patterns().asserts.search(between) and not _SENTENCE.search(between)

    def opens_sentence(self, start: int) -> bool:
        """Say whether nothing is asserted between the beginning of the sentence and `start`."""
        before = self._text[max(0, start - _LONGEST) : start]
        ends = [match.end() for match in _SENTENCE.finditer(before)]
        return not _patterns().asserts.search(before, ends[-1] if ends else 0)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _in_sentence(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    patterns = _patterns()
    reached = start
    for lead in patterns.leads.finditer(text, start, end):
        if lead.end() >= reached and not patterns.no_trigger.match(text, lead.start()):
            stop = patterns.asserts.search(text, lead.end() + 1, end)
            reached = stop.start() if stop else end
            yield lead.end(), reached


@cache
def _patterns() -> _Patterns:
    said = _expressions()
    denial = rf"(?:{said['before']})(?![\w/])(?:\s+(?:{said['still']}))*"
    doubt = rf"(?:{said['doubt']}|{said['relative']})(?:\s+(?:that\s+)?this\s+is|(?:\s+diagnosis)?\s+is)?"
    return _Patterns(
        # A lead with nothing behind it in its item is an answer, or denies what stands before it.
        leads=re.compile(rf"(?<![\w/])(?:{denial}|{doubt})(?![\w/])(?!\s*(?:[.,;]|$))", re.IGNORECASE),
        no_trigger=re.compile(said["no_trigger"], re.IGNORECASE),
        asserts=re.compile(rf"\b(?:{said['asserts']})\b", re.IGNORECASE),
        behind=re.compile(_behind(said["ends"], said["behind"]), re.IGNORECASE),
    )


def _behind(ends: str, behind: str) -> str:
    copula = r"(?:(?:is|are|was|were|seems?|appears?|(?:is |was )?(?:thought|felt|considered))\s+)*"
    words = r"(?:[ /]+(?!and\b|but\b|with\b)\w+){0,3}?\s*:?\s+(?:(?:thought|specifically|also|considered but)\s+)*"
    return "|".join(
        (
            rf"\s*[:-]?\s*{copula}(?:{ends})(?=\s*(?:[.,;\n]|$))",
            rf"{words}(?:{behind})\b",
            r"[^.,;\n]{0,60}?\s*[:-]\s+(?:neg(?:ative)?|nil|none|no|absent|denied)\s*(?:[.\n]|$)|\?",
            r",?\s*(?:and\s+)?the (?:answer\s+was|patient said) no",
        )
    )


def _expressions() -> dict[str, str]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in read_entries(__package__, "not_said.txt"):
        kind, _, expression = entry.partition(" ")
        found[kind].append(expression.replace(" ", r"\s+"))
    return {kind: "|".join(expressions) for kind, expressions in found.items()}
