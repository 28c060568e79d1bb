"""Small training runs: synthetic pairs in a file, a tiny checkpoint, a reporter that can stop the run at a step."""

from __future__ import annotations

import csv
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from note_summarizer.demo.data import draw_pairs
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.options import parse_options
from note_summarizer.training.train_model import Run, train_model

TRAINING_NOISE = "ignore:.*:UserWarning:(torch|transformers|accelerate|peft).*"


class Killed(Exception):  # noqa: N818 - not an error of the code's
    """Stands for a process that ended without a word."""


class Recorder:
    """Keeps what a run tells; interrupts it, or ends it, at given steps."""

    def __init__(self, terminate_at: int | None = None, kill_at: int | None = None) -> None:
        self.told: list[str] = []
        self.steps: list[int] = []
        self.measured: list[tuple[int, dict[str, float]]] = []
        self._terminate_at, self._kill_at = terminate_at, kill_at

    def tell(self, text: str) -> None:
        self.told.append(text)

    def step(self, done: int, total: int) -> None:
        self.steps.append(done)
        if done == self._kill_at:
            raise Killed
        if done == self._terminate_at:
            os.kill(os.getpid(), signal.SIGTERM)

    def metrics(self, values: Mapping[str, float], step: int, epoch: float) -> None:
        self.measured.append((step, dict(values)))


def write_pairs(path: Path, count: int, seed: int = 5, patients: int = 0) -> Path:
    """Write short synthetic pairs as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["note", "summary", *(["patient_id"] if patients else [])])
        for number, pair in enumerate(draw_pairs(seed, "train", count, (0.1, 0.2))):
            rows.writerow([pair.note, pair.summary, *([f"p{number % patients}"] if patients else [])])
    return path


def run_training(out: Path, reporter: Recorder | None = None, force: bool = False, **options: Any) -> Run:
    """Train with small settings."""
    settings = {
        "epochs": 2,
        "batch_size": 4,
        "variants": 1,
        "max_output_tokens": 16,
        "learning_rate": 1e-3,
        "threads": 1,
        **options,
    }
    return train_model(parse_options(settings), out, reporter or Recorder(), Interruption(), force)
