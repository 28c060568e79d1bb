"""What runs the functions of a local cloud: workers of ours, or whatever else keeps to the same few promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from chartbrief.local_cloud.functions_runtime import FunctionRuntime
from chartbrief.local_cloud.wiring import Function


class Runtime(Protocol):
    """One function, invoked from any thread.

    Attributes:
        invocations: from and to, in seconds since the epoch.
    """

    function: Function
    invocations: list[tuple[float, float]]

    @property
    def busy(self) -> bool:
        """Say whether an invocation is under way."""

    def warm(self) -> None:
        """Make ready for the first event."""

    def invoke(self, event: Mapping[str, Any], /) -> Any:
        """Return the function's answer.

        Raises:
            InvocationError: it raised, or ran past its time-out.
        """

    def stop(self) -> None:
        """End whatever runs the function."""


# From the functions, a folder for logs, and the variables that make boto3 talk to the local services.
RuntimesFactory = Callable[[Sequence[Function], Path, Mapping[str, str]], Sequence[Runtime]]


def workers(functions: Sequence[Function], logs: Path, endpoints: Mapping[str, str]) -> list[FunctionRuntime]:
    """Return a runtime of ours for each function."""
    return [FunctionRuntime(function, logs, endpoints) for function in functions]
