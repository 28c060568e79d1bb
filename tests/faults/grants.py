"""Every call in a simulated run is held against its function's policy in the template."""

from contextlib import suppress
from typing import Any

from tests.faults.strands import Invocation
from tests.functional.authorization import Authorization, NotGrantedError

from chartbrief.local_cloud.resources import Resources


class Grants:
    """The policies of a world; what they do not grant is noted, and breaks a promise of the run."""

    def __init__(self, resources: Resources) -> None:
        self._authorization = Authorization(resources)

    def note(self, invocation: Invocation | None, service: str, operation: str, request: dict[str, Any]) -> None:
        """Look at a call."""
        if invocation:
            with suppress(NotGrantedError):
                self._authorization.check(invocation.function, service, operation, request)

    def take_refused(self) -> list[str]:
        """What was not granted since this was asked last."""
        found, self._authorization.refused[:] = list(self._authorization.refused), []
        return found
