"""One epoch of pretraining: gaps drawn anew in every document, tokenized, packed into batches of similar length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from note_summarizer.long_notes.split_note import split_note
from note_summarizer.pretraining.gap_sentences import MASK, Choice, gap_example
from note_summarizer.split_sentences import split_sentences

Example = tuple[list[int], list[int]]
Batch = list[Example]
# Batches are packed within stretches of this many examples, so that a length's batches spread over the epoch.
_STRETCH = 512
_LEAST_RATIO, _SMALLER = 0.05, 0.8


@dataclass(frozen=True)
class Drawing:
    """How an epoch's gaps are drawn.

    Attributes:
        spread: the ratio is drawn for each document from `choice.ratio - spread` to `choice.ratio + spread`.
        tokens_per_batch: most tokens of a batch, padding included, inputs and targets.
        max_output_tokens: longer targets lose their last sentences to the note.
    """

    choice: Choice
    spread: float
    tokens_per_batch: int
    max_output_tokens: int


def cut_documents(notes: Sequence[str], tokenizer: Any, max_input_tokens: int) -> list[list[str]]:
    """Cut notes into documents that the model can read whole; those with no gap to make are left out.

    Args:
        tokenizer: a `tokenizers.Tokenizer`.
        max_input_tokens: end-of-sequence token included.

    Returns:
        The documents of each note that has any.
    """

    def measure(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    # The mark of a gap is no text of a note.
    parts = [split_note(note.replace(MASK, "mask"), measure, max_input_tokens) for note in notes]
    documents = [[part.text for part in of_note if len(split_sentences(part.text)) > 1] for of_note in parts]
    return [of_note for of_note in documents if of_note]


def draw_epoch(documents: Sequence[str], tokenizer: Any, drawing: Drawing, seed: int, epoch: int) -> list[Batch]:
    """Return an epoch's batches; the same arguments give the same batches."""
    random = Random(f"{seed} {epoch}")
    order = random.sample(range(len(documents)), len(documents))
    examples = [_tokenized(documents[place], tokenizer, drawing, Random(f"{seed} {epoch} {place}")) for place in order]
    return shuffled_batches(examples, drawing.tokens_per_batch, random)


def shuffled_batches(examples: Sequence[Example], tokens_per_batch: int, random: Random) -> list[Batch]:
    """Pack examples, whose order is random already, into batches of similar length, in random order."""
    stretches = (examples[start : start + _STRETCH] for start in range(0, len(examples), _STRETCH))
    batches = [batch for stretch in stretches for batch in _packed(stretch, tokens_per_batch)]
    random.shuffle(batches)
    return batches


def _tokenized(document: str, tokenizer: Any, drawing: Drawing, random: Random) -> Example:
    ratio = drawing.choice.ratio + random.uniform(-drawing.spread, drawing.spread)
    while True:
        example = gap_example(document, replace(drawing.choice, ratio=ratio), random)
        if example is None:
            raise ValueError("a document needs two sentences")
        source, target = tokenizer.encode(example.source).ids, tokenizer.encode(example.target).ids
        if len(target) <= drawing.max_output_tokens or ratio < _LEAST_RATIO:
            return source, [*target[: drawing.max_output_tokens - 1], target[-1]]
        ratio *= _SMALLER


def _packed(examples: Sequence[Example], tokens_per_batch: int) -> Iterator[Batch]:
    """Yield batches of examples of similar length, each within the budget, padding included; inputs and targets."""
    batch: Batch = []
    longest = 0
    for example in sorted(examples, key=lambda example: (len(example[0]) + len(example[1]), example)):
        size = len(example[0]) + len(example[1])
        longest = max(longest, size)
        if batch and longest * (len(batch) + 1) > tokens_per_batch:
            yield batch
            batch, longest = [], size
        batch.append(example)
    if batch:
        yield batch
