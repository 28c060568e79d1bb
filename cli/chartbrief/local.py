"""Opening the local cloud for a run, with what could go wrong said in one sentence."""

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chartbrief.cloud import Cloud
from chartbrief.errors import UsageError
from chartbrief.options import LocalOption
from note_summarizer.artifact import CHECKPOINT, ArtifactError, load_artifact


def check_inputs(template: Path, model: Path) -> None:
    """Raises UsageError if the template or the model is not there, or the model cannot be served here."""
    if not template.is_file():
        raise UsageError(f"{template} does not exist. Run from a checkout, or name the template with --template.")
    try:
        artifact = load_artifact(model)
    except ArtifactError as error:
        raise UsageError(
            f"{error}. Name the folder of a run's model or of an unpacked package with --model,"
            " or build the demonstration model with `make train-demo`."
        ) from error
    if artifact.weights_file.suffix == CHECKPOINT and importlib.util.find_spec("torch") is None:
        raise UsageError(
            f"{model} is a checkpoint, which needs torch: run `make setup-train` and use .venv-train/bin/chartbrief,"
            " or package it with --int8 and name the unpacked folder."
        )


@contextmanager
def open_local_cloud(
    template: Path, option: LocalOption, state: Path, logs: Path, parameters: Mapping[str, str]
) -> Iterator[Cloud]:
    """A local cloud that is stopped, with every child process, when the block is left.

    Raises:
        CloudFailedError: It did not start, or a part of it died; the message names that part's log.
    """
    # Imported late: the servers take a second to import that `--help` and a usage error need not wait for.
    from chartbrief.local_cloud import LocalCloud

    with LocalCloud(template, option, state, parameters, logs=logs) as cloud:
        yield cloud
