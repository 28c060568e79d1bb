"""Waiting until a run's books close: nothing pending, and nothing left moving in the cloud."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from chartbrief.cloud import Cloud
from chartbrief.receipts import Standing

POLL_SECONDS = 0.4
# Reading a large ledger takes a while; at most one part in thirty of the run goes into looking.
POLL_PER_READ = 30.0
# An idle cloud can only be woken by its schedule. Two of its ticks without any change mean nothing more will come.
STALLED_SECONDS = 150.0


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: altogether, and while the cloud is idle with records still pending."""

    timeout: float
    stalled: float = STALLED_SECONDS


def wait_until_settled(
    cloud: Cloud,
    read: Callable[[], Standing],
    show: Callable[[Standing], None],
    patience: Patience,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Standing:
    """The final standing, or the last one when patience ran out (its books then show what is pending)."""
    deadline = clock() + patience.timeout
    last, quiet_since = None, clock()
    while True:
        started = clock()
        idle = cloud.idle()  # asked before the ledger: a handler that ends in between is then seen in the books
        standing = read()
        show(standing)
        if not idle or standing.books != last:
            last, quiet_since = standing.books, clock()
        now = clock()
        if (idle and standing.settled) or now >= deadline or now - quiet_since >= patience.stalled:
            return standing
        _pause_until_idle(cloud, max(POLL_SECONDS, (now - started) * POLL_PER_READ), idle, clock, pause)


def _pause_until_idle(
    cloud: Cloud, seconds: float, was_idle: bool, clock: Callable[[], float], pause: Callable[[float], None]
) -> None:
    """Pause; of a cloud that moves only until it has come to rest."""
    until = clock() + seconds
    pause(POLL_SECONDS)
    while clock() < until and (was_idle or not cloud.idle()):
        pause(POLL_SECONDS)
