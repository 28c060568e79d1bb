"""A batch as tensors, and its loss: what is to be said, and nothing else; needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from note_summarizer.demo.drills import Example
from note_summarizer.demo.train import IGNORED_LABEL, padded
from note_summarizer.training.precision import has_native_bf16

END = 1
_NATIVE_BF16 = has_native_bf16()


def batch_loss(model: Any, batch: Sequence[Example], asks: Sequence[int] | None) -> torch.Tensor:
    """Return the mean cross entropy of a batch's labels.

    Args:
        asks: the pieces between what a decoder-only model reads and what it says; `None` for an encoder-decoder.
    """
    # What is not a label gets no logits: over the padding they cost a third of a step.
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_NATIVE_BF16):
        hidden, labels = _encoded(model, batch) if asks is None else _gone_on(model, batch, asks)
        labelled = labels != IGNORED_LABEL
        logits = model.lm_head(hidden[labelled])
    return torch.nn.functional.cross_entropy(logits.float(), labels[labelled])


def _encoded(model: Any, batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    inputs, labels = padded([read for read, _ in batch], 0), padded([said for _, said in batch], IGNORED_LABEL)
    mask = (inputs != 0).long()
    encoded = model.get_encoder()(input_ids=inputs, attention_mask=mask).last_hidden_state
    decoded = model.get_decoder()(
        input_ids=model.prepare_decoder_input_ids_from_labels(labels),
        encoder_hidden_states=encoded,
        encoder_attention_mask=mask,
        use_cache=False,
    )
    return decoded.last_hidden_state, labels


def _gone_on(model: Any, batch: Sequence[Example], asks: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor]:
    prompts = [prompt_of(read, asks) for read, _ in batch]
    answers = [said if said[-1] == END else [*said, END] for _, said in batch]
    # The padding stands behind what is read, where a decoder does not look: it needs no mask.
    whole = padded([[*p, *a[:-1]] for p, a in zip(prompts, answers, strict=True)], 0)
    labels = padded([[IGNORED_LABEL] * (len(p) - 1) + a for p, a in zip(prompts, answers, strict=True)], IGNORED_LABEL)
    return model.base_model(input_ids=whole, use_cache=False).last_hidden_state, labels


def prompt_of(read: Sequence[int], asks: Sequence[int]) -> list[int]:
    """Return a decoder's prompt: what an encoder reads, without its end, and what asks for the answer.

    A text of which nothing but the end was given has no prompt: the decoder is to write it.
    """
    if list(read) == [END]:
        return [END]
    return [*(read[:-1] if read[-1] == END else read), *asks]
