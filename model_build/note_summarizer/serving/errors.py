"""What a request or one of its records is refused with: never any of their text.

RecordError               a record that cannot be summarized; it is answered with an error object
└── InferenceFailedError  the engine failed at a note
RequestError              a request that is refused whole: its records cannot be told apart, or nothing can answer
RequestAbandonedError     nobody waits for the answer any more
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any


class RecordError(ValueError):
    """A record that cannot be summarized: a code for programs, a message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_answer(self) -> dict[str, Any]:
        """Return the error object that answers the record."""
        return {"error": {"code": self.code, "message": str(self)}}


class InferenceFailedError(RecordError):
    """The engine failed at a note; what it said may quote the note and is not told."""

    CODE = "InferenceFailed"

    def __init__(self) -> None:
        super().__init__(self.CODE, "The model failed at this note: send it again, or have a person read it.")


class RequestError(ValueError):
    """A request that cannot be answered: an HTTP status for programs, a message for people.

    Attributes:
        retry_after: after how many seconds the same request may succeed; None if it never will.
    """

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.retry_after = status, retry_after


class RequestAbandonedError(Exception):
    """Whoever asked has gone, or the server's time to finish is over."""


def where(error: BaseException) -> str:
    """Return an error's type and where it was raised: all of it that is sure to quote no note."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__ + (f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "")
