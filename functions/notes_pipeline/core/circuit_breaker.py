"""A circuit breaker before the jobs: when job after job brings no answer at all, the next ones wait, and one tries.

It spares what job after job would cost that fails for the same reason (no instance to be had, a key without rights, a
model that does not fit into memory), and keeps notes out of quarantine for what is not theirs. The notes wait on the
backlog meanwhile, counted as held.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from notes_pipeline.core.retry_rules import RULES, Action, FailureKind
from notes_pipeline.models import Frozen


class Passage(StrEnum):
    """What a circuit lets through: everything, nothing, or one job to see whether things are well again."""

    FREE = "free"
    SHUT = "shut"
    ONE = "one"


class Circuit(Frozen):
    """How the last jobs of one way to the model went.

    Attributes:
        place: a digest of what the jobs ran on; another model or instance type begins anew.
        barren: jobs in a row that brought no answer.
        kind: of the last of them.
        since: ISO time of the first of them.
        until: ISO time before which no job starts; "" if they may.
    """

    place: str = ""
    barren: int = 0
    kind: FailureKind = FailureKind.NONE
    since: str = ""
    until: str = ""

    def passage(self, place: str, now: datetime) -> Passage:
        """Say what may start on a place now."""
        if not self.until or self.place != place:
            return Passage.FREE
        return Passage.SHUT if now < datetime.fromisoformat(self.until) else Passage.ONE


def after_job(
    circuit: Circuit, place: str, kind: FailureKind, *, has_answers: bool, now: datetime, is_news: bool = True
) -> Circuit:
    """Return the circuit after a job has ended, or could not be created.

    Args:
        is_news: whether some of its notes were tried for the first time; one bad note that fails again and again is no
            sign that others would, unless nothing starts already and it is the one that tries.
    """
    if has_answers:
        return Circuit(place=place)
    rule = RULES[kind]
    if not rule.pauses_after or not (is_news or circuit.until or rule.action is Action.LATER):
        return circuit
    before = circuit if circuit.place == place else Circuit(place=place)
    barren = before.barren + 1
    pause = rule.pause(barren)
    return Circuit(
        place=place,
        barren=barren,
        kind=kind,
        since=before.since or now.isoformat(),
        until=(now + pause).isoformat() if pause else before.until,
    )
