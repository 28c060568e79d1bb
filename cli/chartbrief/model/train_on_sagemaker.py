"""`chartbrief model train --on sagemaker`: the same options, a training job instead of this machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from chartbrief.model.deploy import telling
from chartbrief.model.pairs_of_text import read_pairs_of_text
from note_summarizer.deployment.launch_training import TrainingRun, launch_training
from note_summarizer.deployment.options import Network
from note_summarizer.deployment.training_job import TrainingJobOptions
from note_summarizer.errors import OptionsError
from note_summarizer.training.options import TrainOptions

_SECONDS = {"max_run_minutes": "max_run_seconds", "max_wait_minutes": "max_wait_seconds"}


def train_on_sagemaker(options: TrainOptions, job: Mapping[str, Any], out: Path, as_json: bool) -> None:
    """Start the job, follow it unless told otherwise, and bring its run folder to `out`.

    Args:
        job: the command's options about the job, by name.

    Raises:
        OptionsError: they cannot work; nothing was started.
    """
    given = dict(job)
    if not given.get("bucket"):
        raise OptionsError("--on sagemaker needs --bucket: where data is uploaded to, and results are written.")
    wait, region = not given.pop("no_wait"), given.pop("region")
    network = Network(tuple(given.pop("subnet") or ()), tuple(given.pop("security_group") or ()))
    tags = read_pairs_of_text("--tag", given.pop("tag"))
    settings = {
        _SECONDS.get(name, name): round(60 * value) if name in _SECONDS else value
        for name, value in given.items()
        if value is not None
    }
    found = launch_training(
        options,
        TrainingJobOptions(**settings, network=network, tags=tags),
        out if wait else None,
        telling(as_json),
        wait,
        _asks_whether_to_stop,
        region=region,
    )
    _tell(found, as_json)


def _asks_whether_to_stop() -> bool:
    # A script that was interrupted cannot be asked; a job that goes on can still be stopped, not the other way round.
    return sys.stdin.isatty() and typer.confirm("Stop the training job too?", default=False, err=True)


def _tell(found: TrainingRun, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found.as_json()) + "\n")
        return
    tell = telling(as_json=False)
    tell(f"job     {found.job}: {found.status}")
    if found.seconds is not None:
        tell(f"time    {found.seconds} s, of which {found.billed_seconds} s are billed")
    for name, value in (("model", found.model), ("run", found.folder)):
        if value:
            tell(f"{name:<8}{value}")
