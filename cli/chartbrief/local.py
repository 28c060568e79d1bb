"""Opening the local cloud for a run, with what could go wrong said in one sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from chartbrief.cloud import MODEL_FILES, Cloud
from chartbrief.errors import UsageError


def check_inputs(template: Path, model: Path) -> None:
    """Raises UsageError if the template or the model is not there."""
    if not template.is_file():
        raise UsageError(f"{template} does not exist. Run from a checkout, or name the template with --template.")
    missing = [name for name in MODEL_FILES if not (model / name).is_file()]
    if missing:
        raise UsageError(
            f"No model in {model}: {', '.join(missing)} missing. Name the folder of a converted model with --model,"
            " or build the demonstration model with `make train-demo`."
        )


@contextmanager
def open_local_cloud(template: Path, model: Path, state: Path, parameters: Mapping[str, str]) -> Iterator[Cloud]:
    """A local cloud that is stopped, with every child process, when the block is left.

    Raises:
        CloudFailedError: It did not start, or a part of it died; the message names that part's log.
    """
    # Imported late: the servers take a second to import that `--help` and a usage error need not wait for.
    from chartbrief.local_cloud import LocalCloud

    with LocalCloud(template, model, state, parameters) as cloud:
        yield cloud
