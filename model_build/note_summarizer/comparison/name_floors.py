"""The floors beside the systems that were named; pure."""

from __future__ import annotations

from collections.abc import Sequence

from note_summarizer.comparison.systems import System
from note_summarizer.evaluation.floors import NO_FLOORS
from note_summarizer.evaluation.name_systems import check_floors


def with_floors(systems: Sequence[System], floors: Sequence[str]) -> list[System]:
    """Return the systems and, behind them, the floors that are not among them.

    Args:
        floors: names of floors; the word "none" alone for no more.

    Raises:
        OptionsError: there is no such floor, or a system is called as one.
    """
    wanted = () if list(floors) == [NO_FLOORS] else floors
    check_floors(wanted, [system.name for system in systems if system.kind != "floor"])
    named = {system.target for system in systems if system.kind == "floor"}
    return [*systems, *(System(floor, "floor", floor, {}) for floor in dict.fromkeys(wanted) if floor not in named)]
