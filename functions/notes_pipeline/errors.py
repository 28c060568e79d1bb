"""Errors of the pipeline; the family decides what happens.

    PipelineError
    ├── InputError        what was dropped cannot be used      → quarantine with a reason, return normally
    │   ├── FileError        the whole file
    │   └── RecordError      one record of a file
    ├── InferenceError    the model or its job failed          → record, split or retry, then quarantine
    │   └── RefusedError     this request, and it would again
    └── DependencyError   an AWS service failed us             → raise, so that the queue delivers again
        ├── BusyError        throttled or out of quota: nothing is wrong, try later
        ├── MissingError     the thing asked for does not exist
        ├── ExistsError      the thing to be made exists already
        └── SetupError       what the deployment names may not be used or is not there: a person has to see to it
    SettingsError     a variable of the function is not as it should be → raise; the next deployment mends it
    UnexpectedError   anything else that a handler raises, a bug: which kind it was, and none of its words → raise

No message holds note text or an identifier of a patient.
"""

from __future__ import annotations


class PipelineError(Exception):
    """Base of every error this package raises on purpose."""


class InputError(PipelineError):
    """What was dropped cannot be used.

    Attributes:
        code: stable name of the reason, for programs.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FileError(InputError):
    """A whole file cannot be used."""


class RecordError(InputError):
    """One record of a file cannot be used; the rest of the file can."""


class InferenceError(PipelineError):
    """The model, its endpoint or its job failed."""


class RefusedError(InferenceError):
    """The model refuses a request for what is in it: too long, not as it wants it; asking again changes nothing."""


class DependencyError(PipelineError):
    """An AWS service failed; the message names the operation and the service's error code."""


class BusyError(DependencyError):
    """Throttled, out of quota or out of capacity: the same call may succeed later."""


class MissingError(DependencyError):
    """The object, job or endpoint asked for does not exist."""


class ExistsError(DependencyError):
    """The thing to be made exists already, or a condition of a write did not hold."""


class SettingsError(Exception):
    """A variable of a function is missing or out of range; the message names variables and none of their values."""


class UnexpectedError(Exception):
    """A bug. Lambda writes what a handler raises to the log, to the trace and into a dead letter, so it says no more
    than the kind of the original error: its words could be a note's."""


class SetupError(DependencyError):
    """What the deployment is set up with does not work: a right is missing, or a model, or an endpoint."""


def service_code(error: PipelineError) -> str:
    """Return the service's code at the end of a message such as "Bedrock Converse: ModelErrorException", or ""."""
    code = str(error).partition(": ")[2].partition(" ")[0]
    return code if code.isalnum() and code[0].isupper() else ""
