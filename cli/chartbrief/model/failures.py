"""How a failure ends a model command: one line on stderr and an exit status."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from note_summarizer.artifact import ArtifactError
from note_summarizer.errors import CheckpointError, DataError, ModelBuildError, OptionsError

FAILED, USAGE, INTERRUPTED = 1, 2, 130
TERMINATED = 128 + signal.SIGTERM
# What the make target `setup-train` installs; anything else that is missing is a bug.
_MODEL_PACKAGES = {
    *("accelerate", "datasets", "matplotlib", "peft", "rouge_score", "sagemaker", "simple_icd_10_cm"),
    *("torch", "transformers"),
}


@contextmanager
def model_failures_told() -> Iterator[None]:
    """Run a model command's body; what a person can mend ends in one sentence, a bug in a traceback."""
    try:
        yield
    except (OptionsError, DataError, CheckpointError, ArtifactError) as error:
        _end(str(error), USAGE)
    except ModelBuildError as error:
        _end(str(error), FAILED)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _MODEL_PACKAGES:
            raise
        _end(
            f"This command needs {error.name}, which is not installed here: run `make setup-train`,"
            " then `.venv-train/bin/chartbrief model ...`.",
            USAGE,
        )
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _end(f"The disk is full{_where(error)}: make room and run the same command again.", FAILED)
    except KeyboardInterrupt:
        _end("Interrupted.", INTERRUPTED)


def _where(error: OSError) -> str:
    return f" ({error.filename})" if error.filename else ""


def _end(message: str, status: int) -> NoReturn:
    sys.stdout.flush()
    typer.echo(message, err=True)
    raise typer.Exit(status) from None
