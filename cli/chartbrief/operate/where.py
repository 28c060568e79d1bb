"""Which deployment a command is about: the options every operators' command takes, and the way into it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from chartbrief.deployment import Deployment, open_deployment
from chartbrief.errors import UsageError
from chartbrief.failures import AWS, LOCAL_CLOUD, failures_told

DEFAULT_STATE = Path("out") / ".chartbrief"

StackName = Annotated[
    str,
    typer.Option("--stack", metavar="NAME", help="Stack on AWS to work on.", envvar="CHARTBRIEF_STACK"),
]
StateFolder = Annotated[
    Path | None,
    typer.Option(
        "--state",
        metavar="DIR",
        help=f"Local cloud to work on, by the folder of its state; {DEFAULT_STATE} if no stack is named.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


@contextmanager
def opened(stack: str, state: Path | None) -> Iterator[Deployment]:
    """Run a command's body on the deployment that its options name; failures end it with one line on stderr.

    Inside the block `notes_pipeline.aws` talks to that deployment.

    Raises:
        typer.Exit: status 2 if both a stack and a folder are named, or there is no such deployment; 1 for whatever
            else a person should be told.
    """
    # A run's folder has its state in a folder of its own.
    with failures_told((state or DEFAULT_STATE).parent, AWS if stack else LOCAL_CLOUD):
        if stack and state is not None:
            # A stack named by the environment must not take the place of the folder that was typed, nor the reverse.
            raise UsageError(
                f"Both stack {stack} and folder {state} are named: give --stack or --state, not both."
                ' If CHARTBRIEF_STACK names the stack, --stack "" sets it aside.'
            )
        with open_deployment(stack, state or DEFAULT_STATE, open_kept_cloud) as deployment:
            yield deployment


def open_kept_cloud(state: Path) -> AbstractContextManager[Deployment]:
    """Open the local cloud that a run has kept in a folder.

    Raises:
        UsageError: the folder holds none.
    """
    # Imported late: moto takes a second to import that nobody on AWS should wait for.
    from chartbrief.local_cloud.kept_cloud import open_kept

    return open_kept(state)


def place(stack: str, state: Path | None) -> str:
    """Return what a deployment is called, for a person."""
    return f"stack {stack}" if stack else f"local cloud {state or DEFAULT_STATE}"


def options(stack: str, state: Path | None) -> str:
    """Return the options that name a deployment, for a command that a person is told to type next."""
    return f"--stack {shlex.quote(stack)}" if stack else f"--state {shlex.quote(str(state or DEFAULT_STATE))}"
