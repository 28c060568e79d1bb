"""What happens beside the steps: reporting, whole checkpoints, stopping early, stopping when told to."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.metrics_log import MetricsLog
from note_summarizer.training.reporting import Reporter

COMPLETE = "complete"


class CheckpointKeeper(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Marks whole checkpoints, asks for one every so many minutes, and ends an interrupted run behind one.

    A checkpoint of an epoch's last step is left to the end of the epoch, which first evaluates: resumed from one
    without that evaluation, a run could choose another best epoch than an uninterrupted one.
    """

    def __init__(self, interruption: Interruption, minutes: float) -> None:
        self._interruption, self._seconds = interruption, 60 * minutes
        self._saved = time.monotonic()

    def on_step_end(
        self, _: TrainingArguments, state: TrainerState, control: TrainerControl, **__: Any
    ) -> TrainerControl:
        """Ask for a checkpoint if it is time for one, or the last chance."""
        due = time.monotonic() - self._saved > self._seconds
        last_of_epoch = state.epoch is not None and float(state.epoch).is_integer()
        if (due or self._interruption.requested) and not last_of_epoch:
            control.should_save = True
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, *_: Any, **__: Any) -> None:
        """Mark the checkpoint as whole."""
        checkpoint = Path(args.output_dir) / f"{PREFIX_CHECKPOINT_DIR}-{state.global_step}"
        (checkpoint / COMPLETE).touch()
        self._saved = time.monotonic()
        if self._interruption.requested:
            raise TrainingInterruptedError


class EarlyStopping(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Stops after `patience` evaluations without a better score.

    They are counted in the log, so that a resumed run counts as an uninterrupted one does.
    """

    def __init__(self, metric: str, greater_is_better: bool, patience: int) -> None:
        self._metric, self._sign, self._patience = metric, 1 if greater_is_better else -1, patience

    def on_evaluate(
        self, _: TrainingArguments, state: TrainerState, control: TrainerControl, **__: Any
    ) -> TrainerControl:
        """Count the evaluations since the best one."""
        scores = [self._sign * entry[self._metric] for entry in state.log_history if self._metric in entry]
        if self._patience and len(scores) - 1 - scores.index(max(scores)) >= self._patience:
            control.should_training_stop = True
        return control


class Reporting(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Passes steps and measurements on to the reporter and to the run's metrics file."""

    def __init__(self, reporter: Reporter, log: MetricsLog) -> None:
        self._reporter, self._log = reporter, log

    def on_train_begin(self, _: TrainingArguments, state: TrainerState, *__: Any, **___: Any) -> None:
        """Show where the run begins, and forget what was measured after the checkpoint that it goes on from."""
        self._log.forget_after(state.global_step)
        self._reporter.step(state.global_step, state.max_steps)

    def on_step_end(self, _: TrainingArguments, state: TrainerState, *__: Any, **___: Any) -> None:
        """Show the step."""
        self._reporter.step(state.global_step, state.max_steps)

    def on_log(self, _: TrainingArguments, state: TrainerState, *__: Any, logs: Any = None, **___: Any) -> None:
        """Keep the measurements under the names that they have everywhere else."""
        found = {name: float(logs[key]) for key, name in _NAMES.items() if key in logs}
        if found:
            self._log.add(found, state.global_step, float(state.epoch or 0.0))
            self._reporter.metrics(found, state.global_step, float(state.epoch or 0.0))


_NAMES = {
    "loss": "train_loss",
    "learning_rate": "learning_rate",
    "eval_loss": "validation_loss",
    **{f"eval_{name}": f"validation_{name}" for name in ("rouge1", "rouge2", "rougeL", "rougeLsum", "words")},
}


def remove_half_checkpoints(folder: Path) -> None:
    """Remove what was being written when a run was killed.

    The trainer keeps the checkpoint with the largest number; beside a half one with a larger number than its own, it
    would remove each that it writes.
    """
    for checkpoint in folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*"):
        if not (checkpoint / COMPLETE).exists():
            shutil.rmtree(checkpoint)


def last_whole_checkpoint(folder: Path) -> str | None:
    """Return the newest checkpoint that was written whole, if there is one."""
    whole = [mark.parent for mark in folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*/{COMPLETE}")]
    return str(max(whole, key=lambda path: int(path.name.split("-")[-1]))) if whole else None
