"""Pretraining as a job: options from the container or by hand, the result where SageMaker looks for it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from note_summarizer.errors import DataError
from note_summarizer.pretraining.options import PretrainOptions, parse_pretrain_options
from note_summarizer.training.job_ending import deliver, job_status
from note_summarizer.training.job_layout import JobLayout, data_files
from note_summarizer.training.reporting import LineReporter

_RUN, _CHANNEL = "pretraining", "notes"


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Pretrain as the arguments, hyperparameters and the channel `notes` say; return the exit status.

    A run interrupted by SIGTERM saves and ends with 143; started again, it goes on from there.
    """
    layout, reporter = JobLayout.of(environment), LineReporter()
    return job_status(layout, reporter, lambda: _run(layout, _given(arguments), environment, reporter))


def _run(layout: JobLayout, given: dict[str, Any], environment: Mapping[str, str], reporter: LineReporter) -> None:
    # By hand there is no container: --out says where the run is, and nothing is copied.
    by_hand = given.pop("out", None)
    hyperparameters = layout.hyperparameters(environment)
    notes = {} if by_hand else {"notes": _files(layout, environment)}
    options = parse_pretrain_options({**notes, **hyperparameters, **given})
    # Imported here: it takes seconds, and a mistake in the options is told before.
    from note_summarizer.pretraining.pretrain import pretrain

    out = Path(by_hand) if by_hand else layout.checkpoints / _RUN
    pretrain(options, out, reporter)
    if not by_hand:
        deliver(out, layout)


def _files(layout: JobLayout, environment: Mapping[str, str]) -> list[str]:
    folder = layout.channel(_CHANNEL, environment)
    files = [str(path) for path in data_files(folder)] if folder else []
    if not files:
        raise DataError(f"The channel {_CHANNEL} holds no data file: give it CSV or JSON Lines files of notes.")
    return files


def _given(arguments: Sequence[str]) -> dict[str, Any]:
    """Return the options that were given: every one of `PretrainOptions`, by its own name."""
    parser = argparse.ArgumentParser(prog="pretrain.py", description=__doc__, argument_default=argparse.SUPPRESS)
    parser.add_argument("--out", help="run folder, when there is no container")
    for name in PretrainOptions.model_fields:
        several = {"action": "append"} if name == "notes" else {}
        parser.add_argument(f"--{name.replace('_', '-')}", f"--{name}", dest=name, **several)  # type: ignore[arg-type]
    return vars(parser.parse_args(arguments))
