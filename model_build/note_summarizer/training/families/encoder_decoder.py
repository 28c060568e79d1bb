"""Encoder-decoders (Pegasus, BART, T5, Flan-T5): the note goes in at one side, the summary is learnt at the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from note_summarizer.model_family import FamilyFields, Positions
from note_summarizer.training.families.family import IGNORED_LABEL, Taught

# Where positions are distances, a decoder may go on; longer summaries than this are none.
_LONGEST_SUMMARY = 1024


class EncoderDecoder:
    """The decoder is fed the labels, shifted behind its start piece (T5's is its padding) by the model itself."""

    lora_task = "SEQ_2_SEQ_LM"

    def room(self, positions: int, prompt: int, summary: int) -> int:  # noqa: ARG002 - the decoder has its own
        """Return what the prompt leaves of the encoder's positions."""
        return positions - prompt

    def longest_summary(self, positions: Positions) -> int:
        """Return the decoder's positions."""
        return positions.count if positions.fixed else _LONGEST_SUMMARY

    def sequence(self, note: int, prompt: int, summary: int) -> int:  # noqa: ARG002
        """Return what the encoder reads."""
        return prompt + note

    def said(self, tokenizer: Any, summaries: Sequence[str], prompt: FamilyFields) -> list[list[int]]:  # noqa: ARG002
        """Return the summaries with all that their tokenizer puts around an answer."""
        return list(tokenizer(text_target=list(summaries), truncation=False, verbose=False)["input_ids"])

    def taught(self, read: list[int], said: list[int]) -> Taught:
        """Return both as they are."""
        return Taught(read, said)

    def collator(self, tokenizer: Any, model: Any) -> Any:
        """Return transformers' own, which also makes the decoder's input, for a loss that is computed outside."""
        from transformers import DataCollatorForSeq2Seq

        return DataCollatorForSeq2Seq(tokenizer, model=model, label_pad_token_id=IGNORED_LABEL)

    def trainer(self) -> type[Any]:
        """Return the trainer."""
        from note_summarizer.training.trainers import NoteTrainer

        return NoteTrainer
