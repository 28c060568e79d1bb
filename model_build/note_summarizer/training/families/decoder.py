"""Decoder-only models (GPT-2, BLOOM): one text of prompt, note, prompt, summary and end; the last two are learnt.

What comes before the summary is masked from the loss: a model that learns to write notes too spends most of each step
on that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from note_summarizer.model_family import FamilyFields, Positions
from note_summarizer.training.families.family import IGNORED_LABEL, Taught


class Decoder:
    """Padding stands behind the text in training, where no position that counts sees it."""

    lora_task = "CAUSAL_LM"

    def room(self, positions: int, prompt: int, summary: int) -> int:
        """Return what prompt and summary leave of the positions, which they share with the note."""
        return positions - prompt - summary

    def longest_summary(self, positions: Positions) -> int:
        """Return half of the positions: a summary is shorter than its note."""
        return positions.count // 2

    def sequence(self, note: int, prompt: int, summary: int) -> int:
        """Return the length of all together."""
        return prompt + note + summary

    def said(self, tokenizer: Any, summaries: Sequence[str], prompt: FamilyFields) -> list[list[int]]:
        """Return the summaries as a text goes on with them, each with the piece that ends one."""
        # Byte-level pieces have the space before a word in them: a first word without it would be of other pieces.
        space = "" if prompt["prompt_suffix"][-1:].isspace() else " "
        end = tokenizer.convert_tokens_to_ids(prompt["end_token"])
        rows = tokenizer(
            [space + text for text in summaries], add_special_tokens=False, truncation=False, verbose=False
        )
        return [[*ids, end] for ids in rows["input_ids"]]

    def taught(self, read: list[int], said: list[int]) -> Taught:
        """Return the one text; only the summary and its end are labels."""
        return Taught(read + said, [IGNORED_LABEL] * len(read) + said)

    def collator(self, tokenizer: Any, model: Any) -> Any:  # noqa: ARG002
        """Return what pads behind the text."""
        from note_summarizer.training.pad_texts import PadTexts

        return PadTexts(tokenizer)

    def trainer(self) -> type[Any]:
        """Return the trainer that has notes answered by going on with them."""
        from note_summarizer.training.trainers import ContinuingTrainer

        return ContinuingTrainer
