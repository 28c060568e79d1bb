"""Training by processor time: lessons, learning rate and end follow the seconds that were spent; resumable.

The machine may be shared and busy. Processor seconds of this process are what every recipe has the same number of.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch

from note_summarizer.demo.muon import MuonWithAdamW
from note_summarizer.option_models.lessons import Batch, Course
from note_summarizer.option_models.loss import batch_loss
from note_summarizer.option_models.recipes import Recipe

STATE, LOG = "state.pt", "log.jsonl"
SAVE_SECONDS, LOG_STEPS = 45.0, 50
_WARM_UP_STEPS = 100
# The rate is held for this share of the time, and falls to nothing over the rest.
_HELD = 0.4


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        spent: processor seconds.
        course, batch: the lesson, and how many of its batches are done.
        examples: seen in all lessons, as often as they were.
        tokens: read and said, without padding.
    """

    spent: float = 0.0
    course: int = 0
    batch: int = 0
    steps: int = 0
    examples: int = 0
    tokens: int = 0


@dataclass(frozen=True)
class Budget:
    """Processor seconds in all, and the clock that counts them."""

    seconds: float
    clock: Callable[[], float] = time.process_time


def rate_factor(share: float, steps: int) -> float:
    """Return what the highest rate is multiplied by after a share of the time and a number of steps."""
    return min(1.0, (steps + 1) / _WARM_UP_STEPS, max(0.0, (1 - share) / (1 - _HELD)))


def learn(
    model: Any, recipe: Recipe, courses: Sequence[Course], asks: Sequence[int] | None, folder: Path, budget: Budget
) -> Progress:
    """Train a model until its time is spent, going on where an earlier run stopped; return how far it came.

    Args:
        asks: see `batch_loss`.
        folder: keeps the state, and a line of figures every `LOG_STEPS` steps.
    """
    optimizer = MuonWithAdamW(model, recipe.rate, recipe.rate / 2, weight_decay=0.01, scales=recipe.scales)
    highest = [float(group["lr"]) for group in optimizer.param_groups]
    progress = restore(folder, model, optimizer)
    began, saved, losses = budget.clock() - progress.spent, progress.spent, list[float]()
    model.train()
    for batch in _batches(courses, progress, budget.seconds):
        factor = rate_factor(progress.spent / budget.seconds, progress.steps)
        for group, rate in zip(optimizer.param_groups, highest, strict=True):
            group["lr"] = rate * factor
        losses.append(_step(model, optimizer, batch, asks))
        _count(progress, batch)
        progress.spent = budget.clock() - began
        if progress.steps % LOG_STEPS == 0:
            _log(folder, progress, courses, losses)
        if progress.spent - saved > SAVE_SECONDS:
            saved = progress.spent
            save(folder, model, optimizer, progress)
    save(folder, model, optimizer, progress)
    return progress


def _batches(courses: Sequence[Course], progress: Progress, seconds: float) -> Iterator[Batch]:
    while True:
        course = courses[progress.course]
        lines = course.batches.read_text("utf-8").splitlines()
        for line in islice(cycle(lines), progress.batch, None):
            if progress.spent >= course.until * seconds:
                break
            progress.batch += 1
            yield json.loads(line)
        if progress.course + 1 == len(courses):
            return  # and stays there, should it be given more time
        progress.course, progress.batch = progress.course + 1, 0


def _step(model: Any, optimizer: Any, batch: Batch, asks: Sequence[int] | None) -> float:
    loss = batch_loss(model, batch, asks)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return float(loss.detach())


def _count(progress: Progress, batch: Batch) -> None:
    progress.steps += 1
    progress.examples += len(batch)
    progress.tokens += sum(len(read) + len(said) for read, said in batch)


def _log(folder: Path, progress: Progress, courses: Sequence[Course], losses: list[float]) -> None:
    line = {"lesson": courses[progress.course].name, "loss": round(sum(losses) / len(losses), 4), **asdict(progress)}
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    losses.clear()


def save(folder: Path, model: Any, optimizer: Any, progress: Progress) -> None:
    """Write the state as a whole or not at all."""
    partial = folder / f"{STATE}.partial"
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "progress": asdict(progress)}
    torch.save(state, partial)
    partial.rename(folder / STATE)


def restore(folder: Path, model: Any, optimizer: Any | None = None) -> Progress:
    """Load the state into a model (and its optimizer), if there is one; return how far it is."""
    if not (folder / STATE).exists():
        return Progress()
    state = torch.load(folder / STATE, weights_only=True)
    model.load_state_dict(state["model"])
    if optimizer is not None:
        optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"])
