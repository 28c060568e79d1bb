"""Waiting for what SageMaker does in the background; the SDK's own waiting draws panels into a command's output."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from note_summarizer.errors import DeploymentError

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Patience:
    """How often to look, and how long to wait at most (seconds)."""

    poll: float = 10.0
    limit: float = 1800.0


def wait_for(what: str, status: Callable[[], str], ends: frozenset[str], patience: Patience, tell: Tell) -> str:
    """Look at a status until it is one of `ends`, and tell every change; return it.

    Raises:
        DeploymentError: it takes longer than the patience.
    """
    start = time.monotonic()
    before = ""
    while True:
        now = status()
        if now != before:
            tell(f"{what}: {now} ({time.monotonic() - start:.0f} s)")
            before = now
        if now in ends:
            return now
        if time.monotonic() - start >= patience.limit:
            raise DeploymentError(f"{what} is still {now} after {patience.limit:.0f} s: give more with --timeout.")
        time.sleep(patience.poll)
