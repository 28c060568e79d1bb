"""Batches of texts for decoder-only models: padding behind the text, masked, and out of the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from note_summarizer.training.families.family import IGNORED_LABEL


class PadTexts:
    """Makes a batch of rows of `input_ids`, `attention_mask` and `labels`."""

    def __init__(self, tokenizer: Any) -> None:
        """Take the tokenizer for its padding piece; GPT-2's has none, and any does, as it is masked wherever it is."""
        self._padding = tokenizer.pad_token_id or 0

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Return the rows as long as the longest of them."""
        fillers = {"input_ids": self._padding, "attention_mask": 0, "labels": IGNORED_LABEL}
        return {name: _padded([row[name] for row in rows], filler) for name, filler in fillers.items()}


def _padded(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    tensors = [torch.tensor(row, dtype=torch.long) for row in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=filler)
