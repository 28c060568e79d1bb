"""Every AWS call of the handlers goes through one gate: counted, named by its place in the source, made to fail."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError

# These make the calls of all the others; what tells a call is who asked them.
_PLUMBING = ("aws/table.py", "aws/objects.py", "aws/clients.py", "aws/error_map.py")
_STARTS = ("steps/", "handlers/")


class Effect(StrEnum):
    """What a fault does to a call."""

    FAILS = "fails"
    LOST = "answer-lost"
    DIES_BEFORE = "dies-before"
    DIES_AFTER = "dies-after"
    TWICE = "twice"


class ProcessDied(BaseException):
    """The function's process is gone: no `except Exception` may see this, and nothing it calls has an effect."""


@dataclass(frozen=True)
class Call:
    """An AWS call that a handler made."""

    number: int
    function: str
    operation: str
    place: str

    @property
    def site(self) -> str:
        return f"{self.function} {self.operation} {self.place}"


@dataclass
class Faults:
    """Which calls, by number, meet which fault; `met` are those that did."""

    planned: Mapping[int, Effect] = field(default_factory=dict)
    armed: bool = True
    met: list[tuple[Call, Effect]] = field(default_factory=list)

    def of(self, call: Call) -> Effect | None:
        effect = self.planned.get(call.number) if self.armed else None
        if effect:
            self.met.append((call, effect))
        return effect


def calling_place() -> str:
    """The lines of the product that make the call: of the ledger or service, up to the step or handler."""
    lines: list[str] = []
    frame = sys._getframe(2)
    while frame is not None:
        _, found, path = frame.f_code.co_filename.rpartition("/notes_pipeline/")
        if found and path.startswith(("aws/", *_STARTS)) and path not in _PLUMBING:
            lines.append(f"{path}:{frame.f_lineno}")
            if path.startswith(_STARTS):
                break
        frame = frame.f_back  # type: ignore[assignment]
    return " < ".join(lines)


def with_fault(effect: Effect | None, operation: str, do: Callable[[], Any], die: Callable[[], None]) -> Any:
    """Make a call as its fault has it."""
    if effect is Effect.FAILS:
        raise refusal("InternalError", operation)
    if effect is Effect.DIES_BEFORE:
        die()
    answer = do()
    if effect is Effect.TWICE:
        # The first answer was lost on the way, and the client asked again by itself.
        answer = do()
    if effect is Effect.LOST:
        raise ReadTimeoutError(endpoint_url="https://aws")
    if effect is Effect.DIES_AFTER:
        die()
    return answer


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "made to fail"}}, operation)
