"""What holds for a mention: denied, doubted, past, or said of a relative.

After ConText (Harkema et al., J Biomed Inform 2009;42(5):839-851): a trigger bears on the words of its clause, from
itself up to what ends its reach. Added to it: a question is denied or confirmed by the answer that follows, and a
heading such as "Family history:" bears on all that stands under it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from notes_pipeline.core.clinical_text.clauses import Clause, read_clauses
from notes_pipeline.core.word_lists import read_entries

# What a forward trigger does not reach beyond, and a backward one not back over.
_ENDING_WORDS = (
    "but however although though except yet who which whom present presents presented presenting report reports "
    "reported complain complains complained state states stated endorses endorsed admits admitted found has had "
    "have is was are were show shows showed showing reveal reveals revealed demonstrate demonstrates demonstrated "
    "remain remains became developed started given received underwent continue continues currently now seen "
    "identified closed placed treated will because since came comes brought noted positive "
)
_ENDS = re.compile(rf"\b(?:{'|'.join(_ENDING_WORDS.split())}|secondary to|due to|patient|pt)\b|\b\w+:\s")
_HARD_ENDS = re.compile(r"\b(?:but|however|although|though|except|yet)\b")
_RELATIVE = (
    r"(?:grand)?(?:mother|father|parents?|mom|dad|mum|ma|pa)|(?:step)?(?:brother|sister)s?|siblings?|aunts?|uncles?|"
    r"cousins?|nieces?|nephews?|(?:grand)?(?:son|daughter|child|children)s?|relatives?|maternal|paternal|"
    r"grandm[ao]|grandpa|grandparents?"
)
_SAID_OF_RELATIVE = re.compile(
    rf"(?<!by )(?<!with )(?<!from )(?<!per )(?<!to )\b(?:{_RELATIVE})\b"
    r"(?=(?:'s|s)?\s*(?:side|who|with|had|has|have|died|is|was|were|are|suffered|suffers|passed|deceased|diagnosed|"
    r"developed|:|-|\(|age|at age|[a-z]+ cancer))"
    rf"|\bin (?:his|her|the|their|my|your|a|an|both|one)?\s*(?:{_RELATIVE})\b"
    r"|\bfamily members? (?:with|had|has)\b"
)
_PATIENT = re.compile(
    r"\b(?:(?:the )?patient|pt|i|himself|herself)\b(?!'s)|\b(?:but|and) (?:he|she) (?:has|is|was|takes|uses)\b"
)
_PRONOUN = re.compile(r"\b(?:he|she|they|his|her|their)\b")
_ANSWERS = re.compile(r"\s*,|\s+(?:i|he|she|they|we|it|that|just|sir|ma'am|doctor|not)\b")
_NO = re.compile(
    r"(?:\W|um|uh|oh|well|okay|ok|hm|actually|so)*(?:no\b|nope|nah|never|none\b|not\b|negative|nothing|"
    r"i (?:do not|don't|have not|haven't|did not|didn't|am not|can't|cannot)|i'm not|"
    r"(?:he|she|it|they) (?:does|has|did|is) ?n[o']t)"
)
_YES = re.compile(
    r"(?:\W|um|uh|oh|well|okay|ok|hm|so)*"
    r"(?:yes|yeah|yep|yup|sure|correct|right|i do\b|i did|i have|i am|absolutely|definitely)"
)
_FURTHEST = 400  # characters: further than a clause goes, and what bounds the cost of a line without an end


class Context(NamedTuple):
    """What holds for a mention; `family` is said of a relative, `historical` of the past."""

    negated: bool = False
    uncertain: bool = False
    historical: bool = False
    family: bool = False


class _Trigger(NamedTuple):
    category: str
    direction: str


class _Scope(NamedTuple):
    start: int
    end: int
    category: str


class ContextMap:
    """The context of every place of a text."""

    def __init__(self, scopes: list[_Scope]) -> None:
        self._scopes = sorted(scopes)
        self._starts = [scope.start for scope in self._scopes]
        self._reach: list[int] = []
        for scope in self._scopes:
            self._reach.append(max(scope.end, self._reach[-1] if self._reach else 0))

    def at(self, start: int, end: int) -> Context:
        """Return what holds for the mention at `text[start:end]`."""
        found: set[str] = set()
        at = bisect_right(self._starts, start) - 1
        while at >= 0 and self._reach[at] > start:
            if self._scopes[at].end >= end:
                found.add(self._scopes[at].category)
            at -= 1
        return Context("negated" in found, "uncertain" in found, "historical" in found, "family" in found)


def read_contexts(text: str, commas_end: bool = False) -> ContextMap:
    """Return the contexts of a text.

    Args:
        commas_end: a comma ends a trigger's reach, as in a summary that is a list of items; in prose it joins a list.
    """
    return contexts_of(read_clauses(text), commas_end)


def contexts_of(clauses: Sequence[Clause], commas_end: bool = False) -> ContextMap:
    """Return the contexts of a text whose clauses were read already; `commas_end` as in `read_contexts`."""
    scopes: list[_Scope] = []
    was_relative = False
    for at, clause in enumerate(clauses):
        scopes += _triggered(clause, commas_end)
        of_relative = _relatives(clause) or _goes_on_about(clause, was_relative)
        was_relative = bool(of_relative)
        scopes += of_relative
        scopes += _headed(clause)
        if clause.is_question:
            scopes += _answered(clause, clauses[at + 1 : at + 2])
    return ContextMap(scopes)


def _triggered(clause: Clause, commas_end: bool) -> list[_Scope]:
    pattern, triggers = _patterns()
    scopes = []
    for match in pattern.finditer(clause.text):
        for trigger in triggers[" ".join(match[0].split())]:
            if match[0] == "no" and _ANSWERS.match(clause.text, match.end()):
                continue  # it denies what was asked, not what is said next
            if trigger.direction == "after":
                scopes.append(_forward(clause, match.end(), trigger.category, commas_end))
            elif trigger.direction == "before" or (trigger.direction == "closing" and _closes(clause, match.end())):
                scopes.append(_backward(clause, match.start(), trigger.category, commas_end))
    return scopes


def _closes(clause: Clause, at: int) -> bool:
    return not clause.text[at : at + _FURTHEST].strip(" .,:)")


def _forward(clause: Clause, at: int, category: str, commas_end: bool) -> _Scope:
    furthest = min(len(clause.text), at + _FURTHEST)
    ends = [
        match
        for match in (_HARD_ENDS.search(clause.text, at, furthest), _ENDS.search(clause.text, at + 4, furthest))
        if match
    ]
    end = min((match.start() for match in ends), default=furthest)
    comma = clause.text.find(",", at, furthest) if commas_end else -1
    return _Scope(clause.start + at, clause.start + (min(end, comma) if comma >= 0 else end), category)


def _backward(clause: Clause, at: int, category: str, commas_end: bool) -> _Scope:
    furthest = max(0, at - _FURTHEST)
    ends = [match.end() for match in _HARD_ENDS.finditer(clause.text, furthest, at)]
    comma = clause.text.rfind(",", furthest, at) + 1 if commas_end else 0
    return _Scope(clause.start + max([furthest, comma, *ends]), clause.start + at, category)


def _relatives(clause: Clause) -> list[_Scope]:
    match = _SAID_OF_RELATIVE.search(clause.text)
    if match is None:
        return []
    patient = _PATIENT.search(clause.text, match.end())
    end = patient.start() if patient and patient.start() - match.end() > 12 else len(clause.text)
    return [_Scope(clause.start, clause.start + end, "family")]


def _goes_on_about(clause: Clause, was_relative: bool) -> list[_Scope]:
    """A patient who spoke of a relative goes on with "he" or "she"; so does who asks about it."""
    if was_relative and clause.speaker in ("patient", "doctor") and _PRONOUN.search(clause.text):
        return [_Scope(clause.start, clause.end, "family")]
    return []


def _headed(clause: Clause) -> list[_Scope]:
    return [_Scope(clause.start, clause.end, clause.heading)] if clause.heading else []


def _answered(clause: Clause, following: Sequence[Clause]) -> list[_Scope]:
    answer = following[0].text if following else ""
    if _NO.match(answer):
        return [_Scope(clause.start, clause.end, "negated")]
    # In a dialogue another answer than no takes the question's matter up; a question in a note stays one.
    is_open = not clause.speaker and not _YES.match(answer)
    return [_Scope(clause.start, clause.end, "uncertain")] if is_open else []


@cache
def _patterns() -> tuple[re.Pattern[str], dict[str, tuple[_Trigger, ...]]]:
    found: dict[str, tuple[_Trigger, ...]] = {}
    for entry in read_entries(__package__, "context_triggers.txt"):
        category, direction, phrase = entry.split(" ", 2)
        found[phrase] = (*found.get(phrase, ()), _Trigger(category, direction))
    longest_first = sorted(found, key=len, reverse=True)
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)
    return re.compile(rf"(?<![\w/])(?:{phrases})(?![\w/])"), found
