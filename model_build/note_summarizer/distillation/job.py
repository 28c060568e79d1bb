"""Distillation as a job: options from the container or by hand, the student where SageMaker looks for the model."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from note_summarizer.distillation.options import DistillOptions, parse_distill_options
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.job_ending import deliver, job_status
from note_summarizer.training.job_layout import JobLayout, data_files
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.reporting import LineReporter

_RUN, _NOTES = "distillation", "notes"


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Distil as the arguments, hyperparameters and channels say; return the exit status.

    Channels: `train`, and if wanted `validation`, `test`, `notes` (files without summaries) and `model` (the teacher).
    A run interrupted by SIGTERM saves and ends with 143; started again, it goes on from there.
    """
    layout, reporter = JobLayout.of(environment), LineReporter()
    return job_status(layout, reporter, lambda: _run(layout, _given(arguments), environment, reporter))


def _run(layout: JobLayout, given: dict[str, Any], environment: Mapping[str, str], reporter: LineReporter) -> None:
    # By hand there is no container: --out says where the run is, and nothing is copied.
    by_hand = given.pop("out", None)
    channels: dict[str, Any] = {} if by_hand else _channels(layout, environment)
    options = parse_distill_options({**channels, **layout.hyperparameters(environment), **given})
    # Imported here: it takes seconds, and a mistake in the options is told before.
    from note_summarizer.distillation.choose_decoding import choose_decoding
    from note_summarizer.distillation.distill import distill
    from note_summarizer.distillation.judge_student import judge_student

    out = Path(by_hand) if by_hand else layout.checkpoints / _RUN
    run = distill(options, out, reporter, Interruption())
    if options.measure_decoding:
        choose_decoding(run, reporter, options.training.threads)
    judgement = judge_student(run, options, reporter)
    for found in judgement.verdicts():
        reporter.tell(f"{found.verdict}.")
    if not by_hand:
        deliver(out, layout)


def _channels(layout: JobLayout, environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = dict(layout.channels(environment))
    if "checkpoint" in found:
        found["teacher"] = found.pop("checkpoint")
    if folder := layout.channel(_NOTES, environment):
        found["notes"] = [str(path) for path in data_files(folder)]
    return found


def _given(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the options that were given: every one of a distillation and of its training, by its own name."""
    parser = argparse.ArgumentParser(prog="distill.py", description=__doc__, argument_default=argparse.SUPPRESS)
    parser.add_argument("--out", help="run folder, when there is no container")
    for name in [*DistillOptions.model_fields, *TrainOptions.model_fields]:
        if name != "training":
            several = {"action": "append"} if name == _NOTES else {}
            parser.add_argument(f"--{name.replace('_', '-')}", f"--{name}", dest=name, **several)  # type: ignore[arg-type]
    return vars(parser.parse_args(arguments))
