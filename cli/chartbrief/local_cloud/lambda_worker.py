"""The process a function runs in: imports the handler, then answers events that come as JSON lines.

`python -m chartbrief.local_cloud.lambda_worker module.handler`; events on standard input, answers on file descriptor
3, everything the handler prints or logs on standard output.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
import uuid
from typing import Any

from chartbrief.local_cloud.processes import leave_interrupts_to_parent

_ANSWERS = 3
_LIBRARY_LINE = '{"level": "%(levelname)s", "logger": "%(name)s", "message": "%(message)s"}'
_SWITCH_SECONDS = 0.0002


class Context:
    """What Lambda hands a handler beside the event."""

    def __init__(self, function_name: str, timeout: float) -> None:
        self.function_name = function_name
        self.function_version = "$LATEST"
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{function_name}"
        self.memory_limit_in_mb = 1024
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = "local"
        self._deadline = time.monotonic() + timeout

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the handler may go on."""
        return max(0, int(1000 * (self._deadline - time.monotonic())))


def main() -> None:
    """Answer events until standard input ends, as it does when the parent stops or dies."""
    leave_interrupts_to_parent()
    # On AWS the network is slow and this does not matter; here threads that put objects wait for each other.
    sys.setswitchinterval(_SWITCH_SECONDS)
    # As the runtime does, before the handler's own code can say anything about it.
    logging.basicConfig(stream=sys.stdout, level=os.environ["AWS_LAMBDA_LOG_LEVEL"], format=_LIBRARY_LINE)
    module, _, name = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    answers = os.fdopen(_ANSWERS, "w")
    _send(answers, {"ready": True})
    function, timeout = os.environ["AWS_LAMBDA_FUNCTION_NAME"], float(os.environ["CHARTBRIEF_FUNCTION_TIMEOUT"])
    for line in sys.stdin:
        _send(answers, _answer(handler, json.loads(line), Context(function, timeout)))


def _answer(handler: Any, event: Any, context: Context) -> dict[str, Any]:
    try:
        return {"answer": handler(event, context)}
    except Exception as error:  # noqa: BLE001 - like Lambda: whatever the handler raises is the invocation's failure
        # Only the type: a message could hold what must not be logged.
        sys.stdout.write(
            json.dumps({"level": "ERROR", "message": "handler raised", "error": type(error).__name__}) + "\n"
        )
        sys.stdout.flush()
        return {"error": type(error).__name__}


def _send(answers: Any, content: dict[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
