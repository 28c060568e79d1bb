"""Asking again: a service that is busy or failed is asked later, after a growing, random wait; pure but for its clock.

Waits are "full jitter" (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): anything from
nothing to twice as much as the time before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # seconds


class AskError(Exception):
    """A service did not answer a request.

    Attributes:
        code: the service's, or `TimedOut`; letters and digits, never text of the request or the answer.
        again: whether the same request may be answered later.
        throttled: the service asked to slow down.
        final: no request of this system will be answered: a right, a name or the network is missing.
        advice: what a person may do about a final one.
    """

    def __init__(
        self, code: str, *, again: bool = False, throttled: bool = False, final: bool = False, advice: str = ""
    ) -> None:
        super().__init__(code)
        self.code, self.again, self.throttled, self.final, self.advice = code, again, throttled, final, advice


Ask = Callable[[dict[str, Any]], Any]


@dataclass
class Patience:
    """How often and how long a request is tried.

    Attributes:
        tries: of one request, the first included.
        throttled: how often the service asked to slow down, over all requests.
    """

    tries: int = 6
    clock: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)
    throttled: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, ask: Ask, body: dict[str, Any]) -> Any:
        """Return the answer to a request, after as many tries as it takes.

        Raises:
            AskError: it stayed unanswered.
        """
        for turn in range(self.tries):
            try:
                return ask(body)
            except AskError as error:
                self._count(error)
                if not error.again or turn + 1 == self.tries:
                    raise
                self.sleep(self.random.uniform(0, min(LONGEST_WAIT, FIRST_WAIT * 2**turn)))
        raise AssertionError  # the last turn returns or raises

    def _count(self, error: AskError) -> None:
        with self._lock:
            self.throttled += error.throttled
