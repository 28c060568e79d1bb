"""Stopping when told to: SIGTERM (a spot instance is taken back) or Ctrl-C ends a run after a whole checkpoint."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TrainingInterruptedError(Exception):
    """The run was told to stop and has written a checkpoint; the same command goes on from it."""


class Interruption:
    """Whether somebody asked the run to stop."""

    def __init__(self) -> None:
        self.requested = False

    @contextmanager
    def listening(self) -> Iterator[Interruption]:
        """Take SIGTERM and SIGINT as the request while the block runs; a second one stops at once."""
        before = {sign: signal.signal(sign, self._request) for sign in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield self
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _request(self, *_: int | FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
