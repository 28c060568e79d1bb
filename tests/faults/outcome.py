"""What a run was and what it left."""

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.calls import Call, Effect
from tests.faults.schedules import Schedule


@dataclass
class Outcome:
    """What a run was, and what it left.

    Attributes:
        excused: answers that were lost on the way, by version of a note: it may be asked for once more for each.
        is_quiet: nothing waits any more.
    """

    schedule: Schedule
    calls: list[Call] = field(default_factory=list)
    met: list[tuple[Call, Effect]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    excused: Counter[str] = field(default_factory=Counter)
    ends: list[str] = field(default_factory=list)
    is_quiet: bool = False
    violations: list[str] = field(default_factory=list)
