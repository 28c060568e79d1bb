"""Where a training run tells what it does: a console draws it, a training job prints lines that CloudWatch reads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol


class Reporter(Protocol):
    """Told by the run, from one thread."""

    def tell(self, text: str) -> None:
        """Take a sentence for a person."""

    def step(self, done: int, total: int) -> None:
        """Take how many optimizer steps of how many are done."""

    def metrics(self, values: Mapping[str, float], step: int, epoch: float) -> None:
        """Take measurements: `train_loss`, `learning_rate`, `validation_rouge1` (percent), ..."""


class LineReporter:
    """Plain lines: `metric validation_rouge1=31.2 step=80 epoch=2.0`."""

    def tell(self, text: str) -> None:
        """Print the sentence."""
        self._line(text)

    def step(self, done: int, total: int) -> None:
        """Print nothing: the metrics' lines say the step."""

    def metrics(self, values: Mapping[str, float], step: int, epoch: float) -> None:
        """Print one line for each measurement."""
        for name, value in values.items():
            self._line(f"metric {name}={value:.6g} step={step} epoch={epoch:.4g}")

    @staticmethod
    def _line(text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
