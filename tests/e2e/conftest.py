"""The real command as a child process: the real template, handlers and model server, and the demonstration model."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.command import Command

from chartbrief.cloud import DEFAULT_MODEL


@pytest.fixture(scope="session", autouse=True)
def model() -> Path:
    """The demonstration model; without it there is nothing to run end to end."""
    if not DEFAULT_MODEL.is_dir():
        pytest.skip(f"no demonstration model in {DEFAULT_MODEL}")
    return DEFAULT_MODEL


@pytest.fixture(scope="session")
def command() -> Iterator[Command]:
    """The command; no process of it may outlive the tests."""
    command = Command()
    yield command
    assert command.alive() == []
