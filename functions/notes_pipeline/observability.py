"""Logger and metrics. They are given ids, counts and durations only: never note text, names or S3 keys.

Lambda's own active tracing covers the invocations. The X-Ray SDK is left out: it brings botocore along, half the zip
again, and would trace request parameters that can name files.

What an operator turns on must not change that. Lambda sets the level that `ApplicationLogLevel` names on the root
logger, which libraries follow, and at DEBUG botocore logs the body of every request and answer.
"""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from notes_pipeline.errors import PipelineError, SettingsError, UnexpectedError

NAMESPACE = "Chartbrief"
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Errors whose messages are our own: operations, codes, names of settings.
_OURS = (PipelineError, SettingsError)
_PACKAGE = PurePath(__file__).parent.name

# Both take the service's name, a dimension of every metric, from the environment: it is the stack's name.
logger = Logger(log_uncaught_exceptions=False)
metrics = Metrics(namespace=NAMESPACE)
# Our logger has a level of its own. POWERTOOLS_DEBUG gives Powertools' own one DEBUG, at which it writes errors' words.
for _name in ("", "aws_lambda_powertools"):
    logging.getLogger(_name).setLevel(logging.WARNING)


def observed(handler: Handler) -> Handler:
    """Wrap a handler: lines name their call, metrics are published, and what it raises holds nothing private.

    The event is not logged, whatever POWERTOOLS_LOGGER_LOG_EVENT says: it names files.
    """
    inner = logger.inject_lambda_context(metrics.log_metrics(handler), log_event=False)

    @functools.wraps(handler)
    def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return dict(inner(event, context))
        except _OURS:
            raise
        except Exception as error:  # noqa: BLE001 - Lambda writes the message of whatever it is to log, trace and queue
            failure = UnexpectedError(f"{type(error).__name__} at {_where(error)}").with_traceback(error.__traceback__)
        raise failure  # outside of the clause: raised in it, the error would bring the first one along

    return lambda_handler


def log_failure(error: Exception) -> None:
    """Log why a message failed: the words of an error of ours, only the kind of any other, and where in our code."""
    told = str(error) if isinstance(error, _OURS) else ""
    logger.error("message failed", extra={"error": type(error).__name__, "told": told, "where": _where(error)})


def _where(error: Exception) -> str:
    """Return the lines of our own code that an error went through, the innermost first."""
    frames = [(PurePath(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    return " < ".join(f"{path.name}:{line}" for path, line in reversed(frames) if _PACKAGE in path.parts)
