"""A training run as a job: options from the container, results where SageMaker looks for them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from note_summarizer.training.interruption import Interruption
from note_summarizer.training.job_ending import deliver, job_status
from note_summarizer.training.job_layout import JobLayout, parse_arguments
from note_summarizer.training.options import parse_options
from note_summarizer.training.reporting import LineReporter

_RUN = "run"


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Train as the arguments, hyperparameters and channels say; return the exit status.

    A run interrupted by SIGTERM leaves a checkpoint and ends with 143; started again, it goes on from there.
    """
    layout, reporter = JobLayout.of(environment), LineReporter()
    return job_status(layout, reporter, lambda: _run(layout, parse_arguments(arguments), environment, reporter))


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
        deliver(out, layout)
