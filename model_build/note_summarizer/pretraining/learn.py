"""The steps of pretraining; they go on from the last checkpoint as if they had never been interrupted."""

from __future__ import annotations

import copy
import io
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import get_cosine_schedule_with_warmup

from note_summarizer.demo.muon import MuonWithAdamW
from note_summarizer.pretraining.draw_epoch import Batch

STATE = "state.pt"
_PAD, _IGNORED_LABEL = 0, -100  # what torch's cross entropy leaves out of the loss
_ADAMW_BETAS = (0.9, 0.98)
_MEASURED_STEPS = 8


@dataclass(frozen=True)
class Recipe:
    """How the weights are moved.

    Attributes:
        optimizer: "muon" (with AdamW for embeddings and norms) or "adamw".
        rate: highest learning rate; Muon's AdamW part has half of it.
        warmup: share of the steps in which the rate rises; afterwards it falls as a cosine to nothing.
    """

    steps: int
    optimizer: str = "muon"
    rate: float = 2e-3
    warmup: float = 0.05
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    bf16: bool = False

    def lasting(self, steps: int) -> Recipe:
        """Return the recipe for another number of steps."""
        return replace(self, steps=steps)


class Learner:
    """A model with its optimizer and schedule, and where in the epochs it is."""

    def __init__(self, model: Any, recipe: Recipe) -> None:
        self.model, self.recipe = model, recipe
        self.step, self.epoch, self.place = 0, 0, 0
        self._optimizer = _optimizer(model, recipe)
        warmup = max(1, round(recipe.warmup * recipe.steps))
        self._schedule = get_cosine_schedule_with_warmup(self._optimizer, warmup, recipe.steps)

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return float(self._schedule.get_last_lr()[0])

    def learn(self, batch: Batch) -> float:
        """Take one step; return the batch's mean loss in nats a token."""
        self.model.train()
        loss = labelled_loss(self.model, batch, bf16=self.recipe.bf16)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.max_grad_norm)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.place += 1
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write everything that the next step depends on, whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "random": torch.get_rng_state(),
            "where": [self.step, self.epoch, self.place],
        }
        packed = io.BytesIO()  # torch's own writing to a file ends in a RuntimeError when the disk is full
        torch.save(state, packed)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(packed.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def restore(self, path: Path) -> None:
        """Go back to where `save` was called."""
        state = torch.load(path, map_location=self.model.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        torch.set_rng_state(state["random"].cpu())
        self.step, self.epoch, self.place = state["where"]


def learn_epochs(
    learner: Learner, draw: Callable[[int], Sequence[Batch]], after_step: Callable[[float, float], None]
) -> None:
    """Take the recipe's steps, epoch by epoch.

    Args:
        draw: returns the batches of an epoch, counted from 0; always the same for the same epoch.
        after_step: told of every step its loss and how many epochs are done; may save, and may raise to stop.
    """
    batches = draw(learner.epoch)
    while learner.step < learner.recipe.steps:
        if learner.place == len(batches):
            learner.epoch, learner.place = learner.epoch + 1, 0
            batches = draw(learner.epoch)
        loss = learner.learn(batches[learner.place])
        after_step(loss, learner.epoch + learner.place / len(batches))


def labelled_loss(model: Any, batch: Batch, *, bf16: bool) -> torch.Tensor:
    """Return the mean cross entropy of a batch's labels.

    Logits are computed where there is a label and nowhere else: over the padding they cost a good part of a step.
    """
    inputs, labels = (
        _padded(rows, filler, model.device)
        for rows, filler in zip(zip(*batch, strict=True), (_PAD, _IGNORED_LABEL), strict=True)
    )
    labelled = labels != _IGNORED_LABEL
    with torch.autocast(model.device.type, dtype=torch.bfloat16, enabled=bf16):
        hidden = model.model(
            input_ids=inputs,
            attention_mask=(inputs != _PAD).long(),
            decoder_input_ids=model.prepare_decoder_input_ids_from_labels(labels),
        ).last_hidden_state
        logits = model.lm_head(hidden[labelled])
    return torch.nn.functional.cross_entropy(logits.float(), labels[labelled])


@torch.inference_mode()  # type: ignore[untyped-decorator, unused-ignore]
def mean_loss(model: Any, batches: Sequence[Batch], *, bf16: bool) -> float:
    """Return the loss over batches in nats a token, without learning from them."""
    model.eval()
    counts = [sum(len(target) for _, target in batch) for batch in batches]
    losses = [float(labelled_loss(model, batch, bf16=bf16)) for batch in batches]
    return sum(loss * count for loss, count in zip(losses, counts, strict=True)) / sum(counts)


def _padded(rows: Sequence[Sequence[int]], filler: int, device: Any) -> torch.Tensor:
    tensors = [torch.tensor(row) for row in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=filler).to(device)


def _optimizer(model: Any, recipe: Recipe) -> Any:
    if recipe.optimizer == "muon":
        return MuonWithAdamW(model, recipe.rate, recipe.rate / 2, recipe.weight_decay)
    return torch.optim.AdamW(model.parameters(), recipe.rate, betas=_ADAMW_BETAS, weight_decay=recipe.weight_decay)


def seconds_a_step(model: Any, recipe: Recipe, batches: Sequence[Batch]) -> float:
    """Return how long a step takes, measured over some batches with a copy of the model."""
    learner = Learner(copy.deepcopy(model), recipe)
    learner.learn(batches[0])  # the first step also allocates
    sample = batches[:: max(1, len(batches) // _MEASURED_STEPS)][:_MEASURED_STEPS]
    begun = time.monotonic()
    for batch in sample:
        learner.learn(batch)
    return (time.monotonic() - begun) / len(sample)
