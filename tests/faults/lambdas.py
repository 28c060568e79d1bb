"""What Lambda is to a handler: a context with a deadline by the simulated clock, and a place where its logs go."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.clock import Clock

from chartbrief.local_cloud.template import ACCOUNT, REGION


class Context:
    """What Lambda hands a handler, by the simulated clock."""

    function_version, memory_limit_in_mb, log_stream_name = "$LATEST", 1024, "simulated"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, function: str, timeout: float, clock: Clock) -> None:
        self.function_name, self.log_group_name = function, f"/aws/lambda/{function}"
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
        self._clock, self._deadline = clock, clock.seconds + timeout

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int(1000 * (self._deadline - self._clock.seconds)))


@contextmanager
def silence() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
