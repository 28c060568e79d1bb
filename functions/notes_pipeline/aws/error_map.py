"""Translation of botocore's errors into the pipeline's; nowhere else is a ClientError looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from notes_pipeline.errors import (
    BusyError,
    DependencyError,
    ExistsError,
    InferenceError,
    MissingError,
    PipelineError,
    RefusedError,
    SetupError,
)

Family = type[PipelineError]
CODES: dict[str, Family] = {
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
    "AccessDeniedException": SetupError,
    "AccessDenied": SetupError,
    "ModelError": InferenceError,
    # Bedrock's model did not answer, or not in time: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
    "ModelErrorException": InferenceError,
    "ModelTimeoutException": InferenceError,
    "ServiceQuotaExceededException": BusyError,
    "ConflictException": ExistsError,
    "ResourceNotFoundException": MissingError,
    "ModelNotReadyException": BusyError,
    "InternalDependencyException": BusyError,
    "InternalFailure": BusyError,
    "ServiceUnavailableException": BusyError,
    "InternalServerException": BusyError,
    "TextSizeLimitExceededException": InferenceError,
    "InvalidEncodingException": InferenceError,
    "InvalidRequestException": InferenceError,
}
_TOO_MANY = 429
# SageMaker reports both an unknown name and a taken one as a ValidationException; only the message tells.
_PHRASES: tuple[tuple[str, Family], ...] = (
    ("already exists", ExistsError),
    ("must be unique", ExistsError),
    ("could not find", MissingError),
    ("request was rejected because", ExistsError),  # of a job that is stopped, and has ended or is stopping
    ("not found", MissingError),
    ("assume role", SetupError),
    ("not authorized", SetupError),
    ("no s3 objects found", SetupError),  # the model's role may not list the bucket, or the objects are gone
)
# Bedrock's word on a model that nobody can ask, as if it were about the one request.
_NO_MODEL = ("model identifier is invalid", "throughput isn", "end of its life", "not supported in this region")


@contextmanager
def translated(operation: str, **own: Family) -> Iterator[None]:
    """Raise the pipeline's own error for whatever botocore raises inside.

    Args:
        own: what some codes mean for this operation alone.

    Raises:
        PipelineError: of the family in `CODES`; the message holds the operation and the code, nothing of the request.
    """
    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        code, message = details.get("Code", "Unknown"), details.get("Message", "")
        if any(phrase in message.lower() for phrase in _NO_MODEL):
            raise SetupError(f"{operation}: {code}") from None
        family = own.get(code) or _family(error, code, message)
        raise family(f"{operation}: {code}") from None
    except BotoCoreError as error:
        raise DependencyError(f"{operation}: {type(error).__name__}") from None


def _family(error: ClientError, code: str, message: str) -> Family:
    # Of an endpoint's container: 4xx is about the request, and 429 says that it is busy.
    status = error.response.get("OriginalStatusCode")
    if code == "ModelError" and isinstance(status, int) and 400 <= status < 500:
        return BusyError if status == _TOO_MANY else RefusedError
    if code in CODES:
        return CODES[code]
    if code in ("ValidationException", "ValidationError"):
        return next((family for phrase, family in _PHRASES if phrase in message.lower()), DependencyError)
    return DependencyError
