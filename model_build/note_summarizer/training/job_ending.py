"""How a training job ends: its exit status, and its reason and results where SageMaker looks for them."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from note_summarizer.errors import ModelBuildError
from note_summarizer.training.interruption import TrainingInterruptedError
from note_summarizer.training.job_layout import JobLayout
from note_summarizer.training.reporting import Reporter
from note_summarizer.training.run_folder import CHECKPOINTS, MODEL

FAILED, TERMINATED = 1, 128 + signal.SIGTERM


def job_status(layout: JobLayout, reporter: Reporter, work: Callable[[], None]) -> int:
    """Do the job's work and return its exit status: 0, 1 with the reason told, or 143 behind a checkpoint."""
    try:
        work()
    except TrainingInterruptedError:
        reporter.tell("Interrupted: a checkpoint was written, and the same job goes on from it.")
        return TERMINATED
    except ModelBuildError as error:
        _tell_failure(layout, str(error))
        return FAILED
    except Exception as error:
        # A bug: the log has the traceback; SageMaker shows this. The message might quote a note, so it stays away.
        _tell_failure(layout, f"The training script failed with {type(error).__name__}: see the job's log.")
        raise
    return 0


def deliver(run: Path, layout: JobLayout) -> None:
    """Copy a finished run's model, and the rest of its folder, to where SageMaker packs them."""
    shutil.copytree(run / MODEL, layout.model, dirs_exist_ok=True)
    rest = shutil.ignore_patterns(CHECKPOINTS, MODEL, "*.partial")
    shutil.copytree(run, layout.output, dirs_exist_ok=True, ignore=rest)


def _tell_failure(layout: JobLayout, message: str) -> None:
    sys.stderr.write(message + "\n")
    if layout.failure.parent.is_dir():
        layout.failure.write_text(message, "utf-8")
