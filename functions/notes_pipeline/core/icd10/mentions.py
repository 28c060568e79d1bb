"""Mentions: where a text says something that the table has a term for, and what the context makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from notes_pipeline.core.clinical_text.context import Context, ContextMap, read_contexts
from notes_pipeline.core.icd10.not_said import NotSaid
from notes_pipeline.core.icd10.other_words import is_other_word
from notes_pipeline.core.icd10.terms import Term, terms_under, weight_of
from notes_pipeline.core.icd10.words import Word, read_words

# What parts two findings. A comma does: notes list with it far more often than they write "fracture, left".
_BREAK = re.compile(r"[.;:!?,\n()\[\]]|\s-+\s|->|\bbut\b|\bversus\b|\bvs\b|\+")
_FURTHEST = 5  # most meaningful words of other company that may stand between a term's words
_GAP_COST, _MISSING_COST = 6, 1.5
# A longer term may lack one word that writers leave out.
_FEWEST_WORDS = 3
_LEFT_OUT = (
    "disease disorder syndrome condition acute primary secondary essential idiopathic nontraumatic nonrheumatic simple "
    "adult type native form region part site area classical"
)
_OFTEN_LEFT_OUT = frozenset(_LEFT_OUT.split(" "))
_LONGEST = 80  # words looked at together: what it costs grows with the square of it
_AROUND = 6  # words on either side that may tell side, acuity or kind
_FAMILY_HISTORY = ("Z80", "Z81", "Z82", "Z83", "Z84")
# A study is not what it looks for, and a risk is not the thing itself.
_STUDY = re.compile(
    r"\s+(?:test|echo|screen|swab|culture|scan|panel|level|clinic|vaccin|rate|tracing|monitor|risk|precaution|assess|prevent|educat|score)",
    re.IGNORECASE,
)
_DENIALS = frozenset(["no", "not", "without", "non", "never", "absence", "absent", "lack"])


@dataclass(frozen=True)
class Mention:
    """A place that says a term.

    Attributes:
        code: what the term names: a code or a category, for `choose_code` to make specific.
        share: how much of the term's weight the place holds, 0 to 1.
        weight: the summed weight of what it holds.
        said: the search words of the place and of the words around it that belong to no other mention.
    """

    code: str
    start: int
    end: int
    share: float
    weight: int
    said: frozenset[str]
    context: Context


class _Match(NamedTuple):
    term: Term
    at: tuple[int, ...]
    value: float
    share: float


def find_mentions(text: str, commas_end: bool = False) -> list[Mention]:
    """Return the mentions of a text in its order; none shares a word with another.

    Args:
        commas_end: as in `read_contexts`: the text is a list of items, as summaries are.
    """
    contexts = read_contexts(text, commas_end)
    return [mention for clause in _clauses(text) for mention in _in_clause(clause, text, contexts)]


def coded_mentions(text: str, commas_end: bool = False) -> list[Mention]:
    """Return those mentions that say something of the patient: not denied, not doubted, and no relative's."""
    mentions = [mention for mention in find_mentions(text, commas_end) if not _STUDY.match(text, mention.end)]
    if not commas_end:
        unsaid = NotSaid(text)
        mentions = [m for m in _without_denied_lists(mentions, unsaid) if not unsaid.covers(m.start)]
    return [mention for mention in mentions if not _is_of_another(mention)]


def _is_of_another(mention: Mention) -> bool:
    context = mention.context
    return context.negated or context.uncertain or context.family or mention.code.startswith(_FAMILY_HISTORY)


def _without_denied_lists(mentions: list[Mention], unsaid: NotSaid) -> list[Mention]:
    kept: list[Mention] = []
    denied, following = False, 0
    for mention in reversed(mentions):
        listed = denied and unsaid.joins(mention.end, following) and unsaid.opens_sentence(mention.start)
        denied = listed or unsaid.is_denied_behind(mention.end)
        following = mention.start
        kept += [] if denied else [mention]
    return kept[::-1]


def _clauses(text: str) -> Iterator[list[Word]]:
    clause: list[Word] = []
    end = 0
    for word in read_words(text):
        if clause and (len(clause) == _LONGEST or _BREAK.search(text, end, word.start)):
            yield clause
            clause = []
        clause.append(word)
        end = word.end
    if clause:
        yield clause


def _in_clause(clause: Sequence[Word], text: str, contexts: ContextMap) -> list[Mention]:
    places: dict[str, list[int]] = {}
    for at, word in enumerate(clause):
        for each in word.words:
            places.setdefault(each, []).append(at)
    chosen = _choose(sorted(_matches(places, clause), key=lambda match: (-match.value, match.term.code)), clause, text)
    taken = {at for match in chosen for at in match.at}
    return [_mention(match, clause, taken, contexts) for match in sorted(chosen, key=lambda match: match.at)]


def _matches(places: dict[str, list[int]], clause: Sequence[Word]) -> Iterator[_Match]:
    for word, starts in places.items():
        for term in terms_under(word):
            missing = [each for each in term.words if each not in places]
            if missing and (len(term.words) < _FEWEST_WORDS or len(missing) > 1 or missing[0] not in _OFTEN_LEFT_OUT):
                continue
            share = 1 - sum(map(weight_of, missing)) / term.weight
            held = [each for each in term.words if each not in missing]
            yield from (match for at in starts for match in _placed(term, held, at, places, clause, share))


def _placed(
    term: Term, held: list[str], start: int, places: dict[str, list[int]], clause: Sequence[Word], share: float
) -> Iterator[_Match]:
    """Yield the match whose rarest word stands at `start`, with each other word where it stands nearest."""
    at = {min(places[word], key=lambda place: abs(place - start)) for word in held} | {start}
    first, last = min(at), max(at)
    strangers = sum(1 for place in range(first, last + 1) if place not in at and clause[place].words)
    if strangers <= _FURTHEST:
        value = term.weight * (share - (1 - share) * _MISSING_COST) - strangers * _GAP_COST
        yield _Match(term, tuple(sorted(at)), value, share)


def _choose(matches: Sequence[_Match], clause: Sequence[Word], text: str) -> list[_Match]:
    chosen: list[_Match] = []
    taken: set[int] = set()
    for match in matches:
        if taken.isdisjoint(match.at) and not _is_other_word(match, clause, text):
            chosen.append(match)
            taken.update(match.at)
    return chosen


def _is_other_word(match: _Match, clause: Sequence[Word], text: str) -> bool:
    if len(match.at) != 1:
        return False
    word = clause[match.at[0]]
    return is_other_word(text, word.start, word.end)


def _mention(match: _Match, clause: Sequence[Word], taken: set[int], contexts: ContextMap) -> Mention:
    first, last = match.at[0], match.at[-1]
    around = range(max(0, first - _AROUND), min(len(clause), last + _AROUND + 1))
    said = frozenset(word for at in around if at in match.at or at not in taken for word in clause[at].words)
    weight = sum(weight_of(word) for at in match.at for word in clause[at].words)
    start, end = clause[first].start, clause[last].end
    return Mention(match.term.code, start, end, match.share, weight, said, _context(match, clause, contexts))


def _context(match: _Match, clause: Sequence[Word], contexts: ContextMap) -> Context:
    """Return what holds for all of the words ("borderline" doubts what follows, but not a borderline personality).

    A denial counts if it holds for any of them ("left ankle: no fracture"), unless it is a word of the term.
    """
    seen = [contexts.at(clause[at].start, clause[at].end) for at in match.at]
    of_all = Context(*(all(flags) for flags in zip(*seen, strict=True)))
    denied = any(context.negated for context in seen) and _DENIALS.isdisjoint(match.term.words)
    return of_all._replace(negated=of_all.negated or denied)
