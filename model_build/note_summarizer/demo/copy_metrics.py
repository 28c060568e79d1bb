"""How faithfully answers copy: ROUGE-1, numbers, entities. Pure functions over strings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from note_summarizer.evaluation.sentences import words

_NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")


class Reference(Protocol):
    """A note, its reference summary, the items that is made of, and the entities in them."""

    @property
    def note(self) -> str: ...  # noqa: D102
    @property
    def summary(self) -> str: ...  # noqa: D102
    @property
    def items(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def entities(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class CopyScores:
    """Scores of a set of answers, each in percent.

    Attributes:
        rouge1: mean ROUGE-1 F1 against the reference summaries.
        number_recall: share of the references' numbers that the answers hold.
        number_precision: share of the answers' numbers that their notes hold.
        entity_recall: share of the references' entities without numbers that stand word for word in the answers.
        item_recall: the same of whole items, with what the style adds ("history of ... and ...", "... on ...").
        item_precision: share of the answers' items that are, word for word, items of the reference.
        exact: share of answers equal to their reference but for case.
        answers: how many answers were scored.
    """

    rouge1: float
    number_recall: float
    number_precision: float
    entity_recall: float
    item_recall: float
    item_precision: float
    exact: float
    answers: int


def score_copies(references: Sequence[Reference], answers: Sequence[str]) -> CopyScores:
    """Score answers against their references."""
    pairs = list(zip(references, answers, strict=True))
    return CopyScores(
        rouge1=_percent((rouge1(ref.summary, answer), 1) for ref, answer in pairs),
        number_recall=_percent(_overlap(_numbers(ref.summary), _numbers(answer)) for ref, answer in pairs),
        number_precision=_percent(_overlap(_numbers(answer), _numbers(ref.note)) for ref, answer in pairs),
        entity_recall=_percent(_found(ref.entities, answer) for ref, answer in pairs),
        item_recall=_percent(_found(ref.items, answer) for ref, answer in pairs),
        item_precision=_percent(_precise(ref.items, answer) for ref, answer in pairs),
        exact=_percent((answer.lower() == ref.summary.lower(), 1) for ref, answer in pairs),
        answers=len(answers),
    )


def rouge1(reference: str, answer: str) -> float:
    """ROUGE-1 F1 over lower-cased alphanumeric words, without stemming (Lin 2004; as the `rouge-score` package)."""
    wanted, found = Counter(words(reference)), Counter(words(answer))
    overlap = (wanted & found).total()
    return 2 * overlap / (wanted.total() + found.total()) if overlap else 0.0


def _numbers(text: str) -> Counter[str]:
    # "120 over 80" and "120/80" hold the same two numbers.
    return Counter(part for number in _NUMBER.findall(text) for part in number.split("/"))


def _overlap(wanted: Counter[str], found: Counter[str]) -> tuple[int, int]:
    return sum(1 for number in wanted if number in found), len(wanted)


def _plain(text: str) -> str:
    return f" {' '.join(words(text))} "


def _found(phrases: Sequence[str], answer: str) -> tuple[int, int]:
    wanted = [phrase for phrase in phrases if not _NUMBER.search(phrase)]
    return sum(_plain(phrase) in _plain(answer) for phrase in wanted), len(wanted)


def _precise(items: Sequence[str], answer: str) -> tuple[int, int]:
    wanted = {_plain(part) for item in items for part in item.split(", ")}
    given = [_plain(part) for part in answer.rstrip(".").split(", ")]
    return sum(part in wanted for part in given), len(given)


def _percent(ratios: Iterable[tuple[float, int]]) -> float:
    pairs = list(ratios)
    total = sum(whole for _, whole in pairs)
    return round(100 * sum(part for part, _ in pairs) / total, 2) if total else 100.0
