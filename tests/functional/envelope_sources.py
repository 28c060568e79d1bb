"""Which function the template has an envelope of `events/` invoke."""

from __future__ import annotations

import json
from typing import Any

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud.resources import Resources
from chartbrief.local_cloud.wiring import read_functions

ENVELOPES = sorted((CHECKOUT / "events").glob("*.json"))
DONE: dict[str, Any] = {"batchItemFailures": []}


def read_envelope(name: str) -> dict[str, Any]:
    """An envelope by the stem of its file."""
    event: dict[str, Any] = json.loads((CHECKOUT / "events" / f"{name}.json").read_text())
    return event


def function_for(resources: Resources, event: dict[str, Any]) -> str:
    """The function whose queue, or whose schedule, an envelope is of."""
    functions = read_functions(resources)
    if "Records" not in event:
        (scheduled,) = [function.name for function in functions if function.schedules]
        return scheduled
    queue = resources.attribute(event["Records"][0]["eventSourceARN"].rpartition(":")[2], "Arn")
    (fed,) = [function.name for function in functions if queue in {source.queue_arn for source in function.queues}]
    return fed
