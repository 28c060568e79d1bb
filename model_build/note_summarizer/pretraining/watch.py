"""What happens beside the steps of pretraining: measuring, telling, saving, and stopping when told to."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path

from note_summarizer.errors import ModelBuildError
from note_summarizer.pretraining.draw_epoch import Batch
from note_summarizer.pretraining.learn import Learner, mean_loss
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.reporting import Reporter

_LOGS, _MEASUREMENTS = 100, 20  # in a whole run


class DivergedError(ModelBuildError):
    """The loss is no number any more; further steps would lead nowhere."""


class Watch:
    """Told of every step."""

    def __init__(
        self,
        learner: Learner,
        measured: Sequence[Batch],
        state: Path,
        log: MetricsLog,
        reporter: Reporter,
        interruption: Interruption,
        minutes: float,
    ) -> None:
        """Watch a learner.

        Args:
            measured: batches that the loss is measured on.
            state: where the learner is saved, every so many minutes and before an asked-for end.
        """
        self._learner, self._measured, self._state = learner, measured, state
        self._log, self._reporter, self._interruption = log, reporter, interruption
        self._seconds, self._saved = 60 * minutes, time.monotonic()
        self._losses: list[float] = []

    def after_step(self, loss: float, epoch: float) -> None:
        """Measure, tell and save what is due.

        Raises:
            DivergedError: the loss is no number.
            TrainingInterruptedError: somebody asked to stop; the learner is saved.
        """
        if not math.isfinite(loss):
            raise DivergedError(
                f"The loss is no number any more after step {self._learner.step}: start over with --force and a lower"
                " --learning-rate."
            )
        self._losses.append(loss)
        epoch = round(epoch, 2)
        step, steps = self._learner.step, self._learner.recipe.steps
        self._reporter.step(step, steps)
        values = self._values(step, steps)
        if values:
            self._log.add(values, step, epoch)
            self._reporter.metrics(values, step, epoch)
        if time.monotonic() - self._saved > self._seconds or self._interruption.requested:
            self._learner.save(self._state)
            self._saved = time.monotonic()
        if self._interruption.requested:
            raise TrainingInterruptedError

    def _values(self, step: int, steps: int) -> dict[str, float]:
        values = {}
        if _is_due(step, steps, _LOGS):
            values = {"train_loss": sum(self._losses) / len(self._losses), "learning_rate": self._learner.rate}
            self._losses.clear()
        if self._measured and _is_due(step, steps, _MEASUREMENTS):
            bf16 = self._learner.recipe.bf16
            values["validation_loss"] = mean_loss(self._learner.model, self._measured, bf16=bf16)
        return values


def _is_due(step: int, steps: int, times: int) -> bool:
    return step == steps or step % max(1, steps // times) == 0
