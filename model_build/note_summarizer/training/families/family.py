"""What training asks of a family of models; everything else is the same for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from note_summarizer.model_family import FamilyFields, Positions

# What the loss leaves out, as torch's cross entropy and transformers have it.
IGNORED_LABEL = -100


@dataclass(frozen=True)
class Taught:
    """One pair as the model is taught it.

    Attributes:
        input_ids: what it reads.
        labels: what it is to say; `IGNORED_LABEL` where nothing is learnt.
    """

    input_ids: list[int]
    labels: list[int]


class TrainingFamily(Protocol):
    """How models of a family are taught.

    Attributes:
        lora_task: what peft calls the family.
    """

    lora_task: str

    def room(self, positions: int, prompt: int, summary: int) -> int:
        """Return how many of the positions are left for a note, in tokens.

        Args:
            prompt: tokens of the text around the note.
            summary: most tokens of the summary.
        """

    def longest_summary(self, positions: Positions) -> int:
        """Return most tokens of a summary."""

    def sequence(self, note: int, prompt: int, summary: int) -> int:
        """Return how long a text with prompt the model reads in training; the reverse of `room`."""

    def said(self, tokenizer: Any, summaries: Sequence[str], prompt: FamilyFields) -> list[list[int]]:
        """Return the summaries as the model is to say them, uncut, each with its end as the last piece.

        Args:
            prompt: what stands around the note, and what ends an answer.
        """

    def taught(self, read: list[int], said: list[int]) -> Taught:
        """Return a pair, given what is read of it and what is to be said."""

    def collator(self, tokenizer: Any, model: Any) -> Any:
        """Return what makes a batch of pairs: padded, with a mask, and labels that leave the padding out."""

    def trainer(self) -> type[Any]:
        """Return the trainer, which also knows how a note is answered for validation."""
