"""Answers that need no model: what any model must beat to be worth its cost; pure."""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.evaluation.nearest_notes import NearestNotes
from note_summarizer.evaluation.sentences import split_sentences
from note_summarizer.pairs.pair import Pair

LEADS = {"lead-1": 1, "lead-3": 3}
# Whether terms of two words count beside single words.
NEIGHBOURS = {"nearest": True, "nearest-words": False}
FLOORS = (*LEADS, *NEIGHBOURS)
NO_FLOORS = "none"
USUAL_FLOORS = ("lead-1", "lead-3", "nearest")


def lead(note: str, sentences: int) -> str:
    """Return a note's first sentences; each turn of a dialogue ends one."""
    return " ".join(split_sentences(note)[:sentences])


def floor_answers(name: str, notes: Sequence[str], train: Sequence[Pair]) -> list[str]:
    """Return a floor's answers, in the notes' order.

    Args:
        name: one of `FLOORS`.
        train: pairs that a neighbour's summary is taken from; the leads need none.

    Raises:
        KeyError: there is no such floor.
        ValueError: a neighbour is asked for and there are no training pairs.
    """
    if name in LEADS:
        return [lead(note, LEADS[name]) for note in notes]
    index = NearestNotes([pair.note for pair in train], word_pairs=NEIGHBOURS[name])
    return [train[index.nearest(note)].summary for note in notes]
