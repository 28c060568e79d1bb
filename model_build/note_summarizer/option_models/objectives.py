"""Examples of the families' own objectives, from notes without summaries: ids to read and ids to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from tokenizers import Tokenizer

from note_summarizer.demo.data import MAX_INPUT_TOKENS, MAX_OUTPUT_TOKENS
from note_summarizer.demo.drills import Example
from note_summarizer.option_models.recipes import Objective
from note_summarizer.pretraining.gap_sentences import MASK, Choice, gap_example

END = 1
SENTINELS = tuple(f"<extra_id_{number}>" for number in range(32))
MARKS = (MASK, *SENTINELS)
# Raffel et al. 2020, section 3.3.4: this share of the pieces, in spans of three on average.
_CORRUPTED, _SPAN = 0.15, 3
# Of the chosen sentences, those that are asked for but stay in the note; Zhang et al. 2020, appendix E.
_CHOICE = Choice(copied=0.2)


def examples_of(objective: Objective, tokenizer: Tokenizer, notes: Iterable[str], seed: int) -> list[Example]:
    """Return the examples that notes give; those that do not fit a model are left out.

    Raises:
        ValueError: the objective needs no notes.
    """
    rng = Random(seed)
    if objective == "gap-sentences":
        found = _gaps(tokenizer, notes, rng)
    elif objective == "spans":
        sentinels = [int(tokenizer.token_to_id(mark) or 0) for mark in SENTINELS]
        found = [without_spans(_ids(tokenizer, note), sentinels, rng) for note in notes]
    elif objective == "next-word":
        # Nothing is read before the first piece but the end of an earlier note.
        found = [([END], [*_ids(tokenizer, note), END]) for note in notes]
    else:
        raise ValueError(f"{objective} learns from no notes")
    longest = MAX_INPUT_TOKENS if objective == "next-word" else MAX_OUTPUT_TOKENS
    return [(read, said) for read, said in found if len(read) <= MAX_INPUT_TOKENS and len(said) <= longest]


def _gaps(tokenizer: Tokenizer, notes: Iterable[str], rng: Random) -> list[Example]:
    made = (gap_example(note, _CHOICE, rng) for note in notes)
    return [(tokenizer.encode(gap.source).ids, tokenizer.encode(gap.target).ids) for gap in made if gap]


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return [piece for piece in tokenizer.encode(text).ids if piece != END]


def without_spans(ids: Sequence[int], sentinels: Sequence[int], rng: Random) -> Example:
    """Return a text with spans replaced by sentinels, and each sentinel with what it replaced.

    Spans do not touch, and one more sentinel closes what is said.
    """
    spans = min(max(1, round(len(ids) * _CORRUPTED / _SPAN)), len(sentinels) - 1, max(1, len(ids) // (2 * _SPAN)))
    stretch = len(ids) / spans
    read: list[int] = []
    said: list[int] = []
    done = 0
    for number in range(spans):
        first, last = int(number * stretch), int((number + 1) * stretch)
        length = min(rng.randint(1, 2 * _SPAN - 1), max(1, last - first - 1))
        start = rng.randint(first, max(first, last - length - 1))
        read += [*ids[done:start], sentinels[number]]
        said += [sentinels[number], *ids[start : start + length]]
        done = start + length
    return [*read, *ids[done:], END], [*said, sentinels[spans], END]
