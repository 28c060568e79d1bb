"""Scoring a system's answers, note by note and over all notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from note_summarizer.evaluation.bootstrap import Interval, bootstrap_ratio
from note_summarizer.evaluation.find_entities import find_entities, mentioned
from note_summarizer.evaluation.find_numbers import held_numbers, stated_numbers
from note_summarizer.evaluation.metrics import METRICS
from note_summarizer.evaluation.novel_ngrams import SIZES, novel_ngrams
from note_summarizer.evaluation.rouge import rouge_rows
from note_summarizer.evaluation.sentences import words
from note_summarizer.pairs.pair import Pair

Scores = Mapping[str, Interval | None]
_Count = tuple[float, float]


@dataclass(frozen=True)
class NoteCounts:
    """One metric's counts, note by note: the metric is the sum of `parts` over the sum of `wholes`.

    A mean over notes has wholes of 1; a share in percent has parts that are 100 for each hit.
    """

    parts: tuple[float, ...]
    wholes: tuple[float, ...]

    def of(self, places: Sequence[int]) -> NoteCounts:
        """Return the counts of some of the notes."""
        return NoteCounts(tuple(self.parts[p] for p in places), tuple(self.wholes[p] for p in places))

    def value(self, place: int) -> float | None:
        """Return one note's own figure, or nothing where there is nothing to count."""
        return self.parts[place] / self.wholes[place] if self.wholes[place] else None


def count_notes(pairs: Sequence[Pair], answers: Sequence[str]) -> dict[str, NoteCounts]:
    """Return what every metric counts on each note; keys and order as `METRICS`.

    Raises:
        ValueError: there are not as many answers as pairs.
    """
    rouge = rouge_rows([pair.summary for pair in pairs], answers)
    counts = {key: NoteCounts(tuple(row), (1.0,) * len(row)) for key, row in rouge.items()}
    rows = [dict(_count_note(pair, answer)) for pair, answer in zip(pairs, answers, strict=True)]
    for key in [metric.key for metric in METRICS if metric.key not in counts]:
        counts[key] = NoteCounts(tuple(row[key][0] for row in rows), tuple(row[key][1] for row in rows))
    return counts


def _count_note(pair: Pair, answer: str) -> Iterator[tuple[str, _Count]]:
    yield "words", (len(words(answer)), 1)
    yield "compression", (len(words(pair.note)), len(words(answer)))
    yield "number_precision", _share(stated_numbers(answer), held_numbers(pair.note))
    yield "number_recall", _share(stated_numbers(pair.summary), held_numbers(answer))
    for key, wanted, text in (("precision", answer, pair.note), ("recall", pair.summary, answer)):
        entities = find_entities(wanted)
        yield f"entity_{key}", (100 * mentioned(entities, text), len(entities))
    for size in SIZES:
        novel, total = novel_ngrams(pair.note, answer, size)
        yield f"novel_{size}", (100 * novel, total)


def _share(wanted: set[str], found: set[str]) -> _Count:
    return 100 * len(wanted & found), len(wanted)


def total_scores(counts: Mapping[str, NoteCounts], *, resamples: int, seed: int) -> Scores:
    """Return each metric over all notes with its 95 % interval; nothing for one that had nothing to count."""
    return {
        key: bootstrap_ratio(count.parts, count.wholes, resamples=resamples, seed=seed) if sum(count.wholes) else None
        for key, count in counts.items()
    }


def rare_places(test: Sequence[Pair], train: Sequence[Pair]) -> tuple[int, ...]:
    """Return the places of test pairs whose reference occurs once among the summaries of training and test pairs.

    References that recur ("Noncontributory.") can be guessed without reading the note, which flatters every system.
    Case, punctuation and white space make no difference.
    """
    seen: dict[str, int] = {}
    for pair in (*train, *test):
        seen[_folded(pair.summary)] = seen.get(_folded(pair.summary), 0) + 1
    return tuple(place for place, pair in enumerate(test) if seen[_folded(pair.summary)] == 1)


def _folded(summary: str) -> str:
    return " ".join(words(summary))
