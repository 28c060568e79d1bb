"""What invokes what: functions, their environment, and their event sources, as the template has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chartbrief.local_cloud.resources import FUNCTION, Resources
from chartbrief.local_cloud.template import TemplateError

# Which step of a run a function's time belongs to.
STEPS = {
    "NotesUploadedFunction": "stage",
    "BatchDueFunction": "plan",
    "TransformFinishedFunction": "collect",
    "SummariesWrittenFunction": "publish",
}
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"rate\((\d+) (second|minute|hour|day)s?\)")


@dataclass(frozen=True)
class QueueSource:
    """A queue that invokes a function.

    Attributes:
        window_seconds: how long to gather messages for one call.
        reports_failures: the function's answer names the messages that must come again.
    """

    queue_arn: str
    batch_size: int
    window_seconds: float
    reports_failures: bool


@dataclass(frozen=True)
class ScheduleSource:
    """A schedule that invokes a function every so many seconds."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Function:
    """A function of the template.

    Attributes:
        log_level: that Lambda's runtime sets for every library before it imports the handler.
    """

    name: str
    handler: str
    timeout: float
    concurrency: int
    environment: dict[str, str]
    log_level: str = "INFO"
    queues: list[QueueSource] = field(default_factory=list)
    schedules: list[ScheduleSource] = field(default_factory=list)


# More at once would only have two processors take turns.
_DEFAULT_CONCURRENCY = 2


def read_functions(resources: Resources) -> list[Function]:
    """Return every function of the template.

    Raises:
        TemplateError: an event source that is not known here.
    """
    return [_function(name, resources.properties(name)) for name in resources.of_type(FUNCTION)]


def _function(name: str, properties: dict[str, Any]) -> Function:
    variables = properties.get("Environment", {}).get("Variables", {})
    function = Function(
        name=name,
        handler=properties["Handler"],
        timeout=float(properties.get("Timeout", 3)),
        concurrency=min(
            int(properties.get("ReservedConcurrentExecutions", _DEFAULT_CONCURRENCY)), _DEFAULT_CONCURRENCY
        ),
        environment={key: str(value) for key, value in variables.items()},
        log_level=str(properties.get("LoggingConfig", {}).get("ApplicationLogLevel", "INFO")),
    )
    for source, body in properties.get("Events", {}).items():
        _add_source(function, source, body)
    return function


def _add_source(function: Function, name: str, body: dict[str, Any]) -> None:
    properties = body.get("Properties", {})
    if str(properties.get("State", "ENABLED")).upper() == "DISABLED" or properties.get("Enabled", True) is False:
        return
    if body["Type"] == "SQS":
        function.queues.append(_queue_source(properties))
    elif body["Type"] in ("Schedule", "ScheduleV2"):
        seconds = schedule_seconds(str(properties.get("ScheduleExpression") or properties.get("Schedule")))
        function.schedules.append(ScheduleSource(f"{function.name}{name}", seconds))
    else:
        raise TemplateError(f"{function.name}: the local cloud has no event source of type {body['Type']}")


def _queue_source(properties: dict[str, Any]) -> QueueSource:
    return QueueSource(
        queue_arn=properties["Queue"],
        batch_size=int(properties.get("BatchSize", 10)),
        window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
        reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
    )


def schedule_seconds(expression: str) -> float:
    """Return the period of a `rate(...)` expression, in seconds.

    Raises:
        TemplateError: a `cron(...)` expression; its times of day have no meaning in a run of minutes.
    """
    match = _RATE.fullmatch(expression.strip())
    if not match:
        raise TemplateError(f"the local cloud runs rate(...) schedules, not {expression}")
    return float(match[1]) * _UNITS[match[2]]
