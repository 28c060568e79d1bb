"""What a request or one of its records is refused with: never any of their text.

RecordError    a record that cannot be summarized; it is answered with an error object, and the others are summarized
RequestError   a request whose records cannot be told apart, or that holds none; the whole of it is refused
"""

from __future__ import annotations

from typing import Any


class RecordError(ValueError):
    """A record that cannot be summarized: a code for programs, a message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def as_answer(self) -> dict[str, Any]:
        """Return the error object that answers the record."""
        return {"error": {"code": self.code, "message": str(self)}}


class RequestError(ValueError):
    """A request that cannot be answered: an HTTP status for programs, a message for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
