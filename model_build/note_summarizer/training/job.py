"""A training run as a job: options from the container, results where SageMaker looks for them."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from note_summarizer.errors import ModelBuildError
from note_summarizer.training.interruption import Interruption, TrainingInterruptedError
from note_summarizer.training.job_layout import JobLayout, parse_arguments
from note_summarizer.training.options import parse_options
from note_summarizer.training.reporting import LineReporter
from note_summarizer.training.run_folder import CHECKPOINTS, MODEL

FAILED, TERMINATED = 1, 128 + signal.SIGTERM
_RUN = "run"


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Train as the arguments, hyperparameters and channels say; return the exit status.

    A run interrupted by SIGTERM leaves a checkpoint and ends with 143; started again, it goes on from there.
    """
    layout, reporter = JobLayout.of(environment), LineReporter()
    try:
        _run(layout, parse_arguments(arguments), environment, reporter)
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


def _run(layout: JobLayout, given: dict[str, Any], environment: Mapping[str, str], reporter: LineReporter) -> None:
    # By hand there is no container: --run-dir says where the run is, and nothing is copied.
    by_hand = given.pop("run_dir", None)
    options = {**layout.channels(environment), **layout.hyperparameters(environment), **given}
    from note_summarizer.training.judge_run import judge_run
    from note_summarizer.training.train_model import train_model

    out = Path(by_hand) if by_hand else layout.checkpoints / _RUN
    parsed = parse_options(options)
    run = train_model(parsed, out, reporter, Interruption())
    judgement = judge_run(run, reporter, parsed.threads)
    for comparison in (c for c in judgement.comparisons if c.metric == "rouge1" and not c.rare):
        reporter.tell(f"{comparison.verdict}.")
    if not by_hand:
        shutil.copytree(out / MODEL, layout.model, dirs_exist_ok=True)
        shutil.copytree(
            out, layout.output, dirs_exist_ok=True, ignore=shutil.ignore_patterns(CHECKPOINTS, MODEL, "*.partial")
        )


def _tell_failure(layout: JobLayout, message: str) -> None:
    sys.stderr.write(message + "\n")
    if layout.failure.parent.is_dir():
        layout.failure.write_text(message, "utf-8")
