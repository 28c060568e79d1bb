"""Faults on request: what a service can do wrong, planned by a test. Nothing that is deployed has this control."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

# What happens to one answer; `other-record` answers for another note than the one that was sent.
ANSWER_FAULTS = ("throttle", "server-error", "malformed", "empty", "refusal", "other-record")
# Invented; what a model that mixes up its records says.
OTHER_NOTE = (
    "Left ankle sprain after a fall on ice, no fracture on X-ray, ibuprofen 400 mg, crutches, review in a week."
)
REFUSAL = "I'm sorry, but I can't help with summarizing this medical record."


@dataclass(frozen=True)
class Fault:
    """One fault that is yet to happen.

    Attributes:
        containing: only a request with this text meets it.
    """

    kind: str
    containing: str = ""


class Faults:
    """Planned faults, each of which happens once; safe to use from several threads."""

    def __init__(self, kinds: Collection[str] = ANSWER_FAULTS) -> None:
        self.kinds = tuple(kinds)
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def plan(self, kind: str, times: int = 1, containing: str = "") -> None:
        """Let a fault happen to the next requests, or to the next that contain a text.

        Raises:
            ValueError: this service has no such fault; the message lists those it has.
        """
        if kind not in self.kinds:
            raise ValueError(f"no fault {kind}: choose one of {', '.join(self.kinds)}")
        with self._lock:
            self._planned += [Fault(kind, containing)] * times

    def plan_all(self, plans: Any) -> None:
        """Plan what a control request lists: objects with `kind`, and `times` and `containing` if wanted.

        Raises:
            ValueError: it is no such list.
        """
        try:
            for plan in plans:
                self.plan(str(plan["kind"]), int(plan.get("times", 1)), str(plan.get("containing", "")))
        except (TypeError, KeyError, AttributeError):
            raise ValueError("faults are a list of objects with kind, times and containing") from None

    def take(self, text: str, among: Collection[str] | None = None) -> str | None:
        """Return the fault that a request meets, if any; it will not happen again.

        Args:
            among: kinds that can happen at this place.
        """
        with self._lock:
            for place, fault in enumerate(self._planned):
                if fault.containing in text and (among is None or fault.kind in among):
                    del self._planned[place]
                    return fault.kind
        return None
