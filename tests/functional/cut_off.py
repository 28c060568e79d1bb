"""Killing a command at every call of AWS's that it makes, and looking at what running it again leaves behind."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from moto import mock_aws
from tests.functional.stack import Stack

from notes_pipeline.aws import clients

_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
}


class KilledError(BaseException):
    """Stands for the process's end: no handler of errors catches it."""


class Killer:
    """Ends the command before its n-th call: which is after the one before it, whose answer nobody heard then."""

    def __init__(self, at: int) -> None:
        self.calls, self._at = 0, at
        self._original = BaseClient._make_api_call

    @contextmanager
    def armed(self) -> Iterator[None]:
        killer = self

        def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            killer.calls += 1
            if killer.calls == killer._at:
                raise KilledError
            return killer._original(client, operation, request)

        with patch.object(BaseClient, "_make_api_call", call):
            yield


def cut_off_everywhere(
    make: Callable[[], Stack],
    command: Callable[[Stack], object],
    left: Callable[[Stack], Any],
    every: int = 1,
) -> int:
    """Hold that a command, cut off at each of its calls and then run again by `left`, leaves what it leaves uncut.

    Args:
        every: at the first of so many calls each.

    Returns:
        How many calls it makes.
    """
    whole = Killer(-1)
    expected = _left(make, command, left, whole)
    for at in range(1, whole.calls + 1, every):
        killer = Killer(at)
        assert _left(make, command, left, killer) == expected, f"call {at}"
    return whole.calls


def _left(
    make: Callable[[], Stack], command: Callable[[Stack], object], left: Callable[[Stack], Any], killer: Killer
) -> Any:
    clients.forget()
    with patch.dict(os.environ, _ENVIRONMENT), mock_aws():
        stack = make()
        with killer.armed(), suppress(KilledError):
            command(stack)
        return left(stack)
