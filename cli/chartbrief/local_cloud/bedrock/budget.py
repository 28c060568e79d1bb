"""The quota of requests and tokens a minute, as the service counts it.

When a request comes, its input tokens and the most tokens of its answer are taken off the quota; when it is answered,
what was not used is given back. https://docs.aws.amazon.com/bedrock/latest/userguide/quotas-token-burndown.html
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from chartbrief.local_cloud.executor.errors import ServiceError

_MINUTE = 60.0
# https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html#ts-throttling-exception
THROTTLED, TOO_MANY_REQUESTS = "ThrottlingException", 429


class Budget:
    """Requests and tokens of the last minute; safe to use from several threads."""

    def __init__(self, requests: int, tokens: int, clock: Callable[[], float]) -> None:
        self._requests, self._tokens, self._clock = requests, tokens, clock
        self._taken: deque[list[float]] = deque()  # when, and how many tokens
        self._lock = threading.Lock()

    def take(self, tokens: int) -> Callable[[int], None]:
        """Take a request off the quota; call what is returned with the tokens that it used in the end.

        Raises:
            ServiceError: ThrottlingException, the quota of this minute is used up.
        """
        with self._lock:
            now = self._clock()
            while self._taken and self._taken[0][0] <= now - _MINUTE:
                self._taken.popleft()
            if len(self._taken) >= self._requests:
                raise throttled("requests")
            if sum(entry[1] for entry in self._taken) + tokens > self._tokens:
                raise throttled("tokens")
            entry: list[float] = [now, tokens]
            self._taken.append(entry)

        def settle(used: int) -> None:
            entry[1] = used

        return settle


def throttled(of: str) -> ServiceError:
    """Return the error for too many requests, or tokens, a minute."""
    return ServiceError(THROTTLED, f"Too many {of}, please wait before trying again.", TOO_MANY_REQUESTS)
