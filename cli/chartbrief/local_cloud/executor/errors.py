"""Errors as the service words them, with the codes boto3 shows."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """A refusal of the service.

    Attributes:
        code: the service's error code.
        status: HTTP status.
        more: further fields of the error, as boto3 shows them beside `Error`.
    """

    def __init__(self, code: str, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.code, self.status, self.more = code, status, more


def invalid(message: str) -> ServiceError:
    """Return the error for a request that is not valid."""
    return ServiceError("ValidationException", message)


class TransformFileError(Exception):
    """A file of a transform job failed; the message goes to the job's log, never into its FailureReason."""
