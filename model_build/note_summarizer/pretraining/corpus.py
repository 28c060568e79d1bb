"""The documents of a pretraining run: cut to what the model reads whole; some are held out to be measured on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from note_summarizer.errors import DataError
from note_summarizer.pretraining.draw_epoch import Batch, Drawing, cut_documents, draw_epoch
from note_summarizer.pretraining.options import PretrainOptions

_MOST_HELD_OUT = 64  # notes; measuring is to cost little beside learning
_MEASURED_EPOCH = -1


@dataclass(frozen=True)
class Corpus:
    """Documents to learn from, and those that the loss is measured on.

    Attributes:
        reader: a `tokenizers.Tokenizer`.
        notes: how many notes the documents come from, and how many of them have no gap to make.
    """

    learnt: tuple[str, ...]
    held_out: tuple[str, ...]
    reader: Any
    drawing: Drawing
    seed: int
    notes: int
    too_short: int

    def draw(self, epoch: int) -> list[Batch]:
        """Return an epoch's batches, with gaps of its own."""
        return draw_epoch(self.learnt, self.reader, self.drawing, self.seed, epoch)

    def measured(self) -> list[Batch]:
        """Return the batches that the loss is measured on: the same gaps every time."""
        return draw_epoch(self.held_out, self.reader, self.drawing, self.seed, _MEASURED_EPOCH)

    def tokens(self) -> int:
        """Count the tokens of the documents to learn from."""
        return sum(len(read.ids) for read in self.reader.encode_batch_fast(list(self.learnt)))


def make_corpus(notes: Sequence[str], reader: Any, options: PretrainOptions) -> Corpus:
    """Cut notes into documents and hold some out.

    Raises:
        DataError: no note has two sentences.
    """
    kept, held_out = hold_out(notes, options.held_out, options.seed)
    learnt = cut_documents(kept, reader, options.max_input_tokens)
    if not learnt:
        raise DataError(f"None of the {len(notes)} notes has two sentences: a gap needs a rest to be guessed from.")
    return Corpus(
        learnt=tuple(document for documents in learnt for document in documents),
        held_out=tuple(d for documents in cut_documents(held_out, reader, options.max_input_tokens) for d in documents),
        reader=reader,
        drawing=Drawing(options.choice, options.spread, options.tokens_per_batch, options.max_output_tokens),
        seed=options.seed,
        notes=len(notes),
        too_short=len(kept) - len(learnt),
    )


def hold_out(notes: Sequence[str], share: float, seed: int) -> tuple[list[str], list[str]]:
    """Return the notes to learn from, in order, and those held out: chosen by seed and text, not by their order."""
    count = min(_MOST_HELD_OUT, int(share * len(notes)))
    ranked = sorted(notes, key=lambda note: hashlib.sha256(f"{seed} {note}".encode()).digest())
    chosen = set(ranked[:count])
    return [note for note in notes if note not in chosen], ranked[:count]
