"""Gap sentences, the Pegasus objective (Zhang et al. 2020, 3.1): principal sentences are masked and asked for; pure.

A sentence is as important as ROUGE-1 F1 between it and the rest of the note is high. Sentences are chosen each by its
own score (independent), or greedily so that the chosen together score highest (sequential); words count as often as
they occur (original) or once (unique). The paper found independent with the original counts best, and 30 % of the
sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from note_summarizer.evaluation.sentences import words
from note_summarizer.split_sentences import split_sentences, without_white_space

MASK = "<mask_1>"
RATIO = 0.3
Strategy = Literal["independent", "sequential"]


@dataclass(frozen=True)
class GapExample:
    """A note with gaps, and what stood there.

    Attributes:
        source: the note, each masked sentence replaced by MASK; the white space between sentences stays.
        target: the chosen sentences in the note's order, one space between them.
        masked: their texts that were replaced, in order.
    """

    source: str
    target: str
    masked: tuple[str, ...]

    def filled(self) -> str:
        """Return the note: every mask replaced by what stood there."""
        first, *rest = self.source.split(MASK)
        return first + "".join(text + between for text, between in zip(self.masked, rest, strict=True))


@dataclass(frozen=True)
class Choice:
    """How sentences are chosen.

    Attributes:
        ratio: share of the sentences, above 0 and below 1.
        unique: a word counts once, however often it occurs.
        noise: each score is multiplied by a draw from 1 - noise to 1 + noise, so that epochs differ; 0 for none.
        copied: share of the chosen that are asked for but left in the note, which teaches copying (appendix E; the
            paper's large models have 0.2 at a ratio of 0.45).
    """

    ratio: float = RATIO
    strategy: Strategy = "independent"
    unique: bool = False
    noise: float = 0.0
    copied: float = 0.0


def gap_example(note: str, choice: Choice, random: Random) -> GapExample | None:
    """Choose and mask a note's principal sentences.

    Returns:
        The example, or `None` for a note of fewer than two sentences: nothing would be left to tell the gap from.
    """
    sentences = split_sentences(note.replace(MASK, "mask"))
    if len(sentences) < 2:
        return None
    chosen = choose(sentences, choice, random)
    copied = random.sample(chosen, min(round(choice.copied * len(chosen)), len(chosen) - 1))
    return write_gaps(sentences, chosen, copied)


def gap_count(sentences: int, ratio: float) -> int:
    """Return how many of the sentences are chosen: the ratio's share, at least one, and never all."""
    return min(max(1, round(ratio * sentences)), sentences - 1)


def choose(sentences: Sequence[str], choice: Choice, random: Random) -> list[int]:
    """Return the places of the principal sentences, in the note's order; of equal ones the earlier is chosen."""
    counts = [Counter(set(found) if choice.unique else found) for found in map(words, sentences)]
    weights = [1 + random.uniform(-choice.noise, choice.noise) if choice.noise else 1.0 for _ in sentences]
    count = gap_count(len(sentences), choice.ratio)
    rank = _independent if choice.strategy == "independent" else _sequential
    return sorted(rank(counts, weights, count, choice.unique))


def importance(words: Counter[str], everything: Counter[str], *, unique: bool) -> float:
    """Return ROUGE-1 F1 between some sentences' words and the words of the rest of their note.

    Args:
        words: counts of the sentences' words.
        everything: the same, of the whole note.
    """
    rest = everything - words
    if unique:
        words, rest = Counter(set(words)), Counter(set(rest))
    overlap = (words & rest).total()
    return 2 * overlap / (words.total() + rest.total()) if overlap else 0.0


def _independent(words: Sequence[Counter[str]], weights: Sequence[float], count: int, unique: bool) -> list[int]:
    everything = sum(words, Counter[str]())
    scores = [weight * importance(own, everything, unique=unique) for own, weight in zip(words, weights, strict=True)]
    return sorted(range(len(words)), key=lambda place: (-scores[place], place))[:count]


def _sequential(words: Sequence[Counter[str]], weights: Sequence[float], count: int, unique: bool) -> list[int]:
    everything = sum(words, Counter[str]())
    chosen: list[int] = []
    together = Counter[str]()
    for _ in range(count):
        left = [place for place in range(len(words)) if place not in chosen]
        scores = {p: weights[p] * importance(together + words[p], everything, unique=unique) for p in left}
        best = max(left, key=lambda place: (scores[place], -place))
        chosen.append(best)
        together += words[best]
    return chosen


def write_gaps(sentences: Sequence[str], chosen: Collection[int], copied: Collection[int] = ()) -> GapExample:
    """Mask the chosen sentences, but for those that are only copied."""
    parts = [without_white_space(sentence) for sentence in sentences]
    masked = [place for place in sorted(chosen) if place not in copied]
    source = "".join(
        before + (MASK if place in masked else text) + after for place, (before, text, after) in enumerate(parts)
    )
    target = " ".join(parts[place][1] for place in sorted(chosen))
    return GapExample(source, target, tuple(parts[place][1] for place in masked))
