"""Translation of botocore's errors into the pipeline's; nowhere else is a ClientError looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from notes_pipeline.errors import BusyError, DependencyError, ExistsError, InferenceError, MissingError

CODES: dict[str, type[DependencyError] | type[InferenceError]] = {
    "NoSuchKey": MissingError,
    "NoSuchVersion": MissingError,
    "404": MissingError,
    "ConditionalCheckFailedException": ExistsError,
    "TransactionCanceledException": ExistsError,
    "ResourceInUse": ExistsError,
    "ThrottlingException": BusyError,
    "Throttling": BusyError,
    "TooManyRequestsException": BusyError,
    "ProvisionedThroughputExceededException": BusyError,
    "ResourceLimitExceeded": BusyError,
    "CapacityError": BusyError,
    "ServiceUnavailable": BusyError,
    "SlowDown": BusyError,
    "ModelError": InferenceError,
    "ModelNotReadyException": BusyError,
    "InternalDependencyException": BusyError,
    "InternalFailure": BusyError,
    "ServiceUnavailableException": BusyError,
    "InternalServerException": BusyError,
    "TextSizeLimitExceededException": InferenceError,
    "InvalidEncodingException": InferenceError,
    "InvalidRequestException": InferenceError,
}
# SageMaker reports both an unknown name and a taken one as a ValidationException; only the message tells.
_PHRASES = (("already exists", ExistsError), ("must be unique", ExistsError), ("could not find", MissingError))


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """Raise the pipeline's own error for whatever botocore raises inside.

    Raises:
        PipelineError: of the family in `CODES`; the message holds the operation and the code, nothing of the request.
    """
    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        code = details.get("Code", "Unknown")
        raise _family(code, details.get("Message", ""))(f"{operation}: {code}") from None
    except BotoCoreError as error:
        raise DependencyError(f"{operation}: {type(error).__name__}") from None


def _family(code: str, message: str) -> type[DependencyError] | type[InferenceError]:
    if code in CODES:
        return CODES[code]
    if code in ("ValidationException", "ValidationError"):
        return next((family for phrase, family in _PHRASES if phrase in message.lower()), DependencyError)
    return DependencyError
