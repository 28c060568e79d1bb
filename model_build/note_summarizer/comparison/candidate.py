"""What a recommendation is made from, and what it says; plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from note_summarizer.evaluation.bootstrap import Interval, PairedComparison


@dataclass(frozen=True)
class Candidate:
    """What a recommendation looks at.

    Attributes:
        quality: mean ROUGE-1, percent.
        undelivered: notes whose answer is rejected or missing.
        failed: of those, the ones without any answer.
        cost: US dollars for 1,000 notes; nothing if not known.
        speed: notes a second, and how it was measured.
        change, before: what to change to use it, and what has to be done first.
    """

    name: str
    is_floor: bool
    quality: Interval
    undelivered: int
    failed: int
    cost: float | None
    cost_is_firm: bool
    notes_per_second: float | None
    measured: str
    change: str
    before: str


@dataclass(frozen=True)
class Recommendation:
    """Sentences for a person who decides.

    Attributes:
        findings: one for each of quality, trust, cost and speed.
        choice: what follows from all of them together, or the trade-off.
        cautions: what the numbers do not say.
        changes: name of each option, the parameters that use it, and what has to be done before.
    """

    findings: tuple[str, ...]
    choice: str
    cautions: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """Return the sentences."""
        found = asdict(self)
        found["changes"] = [
            {"system": name, "parameters": change, "before": before} for name, change, before in self.changes
        ]
        return found


@dataclass(frozen=True)
class Judges:
    """How two systems are told apart.

    Attributes:
        quality: ROUGE-1 of the first minus the second.
        is_less_trusted: whether the first is certain to be rejected or to fail more often than the second.
    """

    quality: Callable[[str, str], PairedComparison]
    is_less_trusted: Callable[[str, str], bool]
