"""Keeping within a budget of tokens a minute, so that a service need not throttle what can be known beforehand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Hands out tokens at a steady rate to several threads."""

    def __init__(
        self,
        tokens_per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin with a free place.

        Args:
            tokens_per_minute: 0 for no limit.
            clock: seconds that only grow.
        """
        self._seconds_a_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._clock, self._sleep = clock, sleep
        self._free_at = clock()
        self._lock = threading.Lock()

    def take(self, tokens: int, deadline: float) -> bool:
        """Wait for a request's turn; say no, and take nothing, if that is not before the deadline (by the clock)."""
        with self._lock:
            starts = max(self._clock(), self._free_at)
            if starts > deadline:
                return False
            self._free_at = starts + tokens * self._seconds_a_token
        if (wait := starts - self._clock()) > 0:
            self._sleep(wait)
        return True
