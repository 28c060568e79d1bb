"""Cells of a comparison's tables: figures, their intervals, and which of them lead; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.metrics import MORE_IS_BETTER
from note_summarizer.evaluation.bootstrap import Interval

NOTHING = "-"


@dataclass(frozen=True)
class Cell:
    """A figure.

    Attributes:
        small: what stands under it, such as its interval.
        best: no system has a better one, and some have a worse one.
    """

    text: str
    small: str = ""
    best: bool = False


@dataclass(frozen=True)
class Row:
    """A system's figures."""

    system: ComparedSystem
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class FigureTable:
    """A table of systems.

    Attributes:
        heads: of the columns behind the system's.
        wide: places of columns that hold sentences.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    wide: tuple[int, ...] = ()


Figure = Callable[[ComparedSystem], Cell]
Value = Callable[[ComparedSystem], float | None]


def figure_table(
    compared: Compared,
    title: str,
    columns: Sequence[tuple[str, Figure]],
    wide: tuple[int, ...] = (),
    *,
    floors: bool = True,
) -> FigureTable:
    """Return a table with a row for each system.

    Args:
        floors: whether answers without a model have rows too.
    """
    shown = [system for system in compared.systems if floors or not system.is_floor]
    rows = tuple(Row(system, tuple(figure(system) for _, figure in columns)) for system in shown)
    return FigureTable(title, tuple(head for head, _ in columns), rows, wide)


def quality_figure(compared: Compared, key: str) -> Figure:
    """Return how a figure of quality is shown."""
    better = 0 if key == "words" else 1
    return _interval(compared, lambda system: compared.judged(system.name).scores[key], better)


def trust_figure(compared: Compared, key: str) -> Figure:
    """Return how a figure of trust is shown."""
    return _interval(compared, lambda system: system.trust[key], 1 if key in MORE_IS_BETTER else -1)


def _interval(compared: Compared, found: Callable[[ComparedSystem], Interval | None], better: int) -> Figure:
    def figure(system: ComparedSystem) -> Cell:
        interval = found(system)
        if interval is None:
            return Cell(NOTHING)
        small = f"{_figure(interval.low)}-{_figure(interval.high)}"
        mean: Value = lambda s: i.mean if (i := found(s)) else None  # noqa: E731 - one expression, used here alone
        return Cell(_figure(interval.mean), small, _is_best(compared, mean, system, better))

    return figure


def marked_figure(compared: Compared, value: Value, said: Callable[[float], str], better: int) -> Figure:
    """Return how a figure without an interval is shown.

    Args:
        better: 1 if more is, -1 if less is, 0 if neither.
    """

    def figure(system: ComparedSystem) -> Cell:
        found = value(system)
        return Cell(NOTHING) if found is None else Cell(said(found), best=_is_best(compared, value, system, better))

    return figure


def _is_best(compared: Compared, value: Value, system: ComparedSystem, better: int) -> bool:
    """Whether a figure leads among what can be deployed: floors are no choice."""
    all_of = [found for s in compared.systems if not s.is_floor and (found := value(s)) is not None]
    own = value(system)
    if not better or system.is_floor or own is None or len(set(all_of)) < 2:
        return False
    return own == (max(all_of) if better > 0 else min(all_of))


def _figure(value: float) -> str:
    """Return a figure with three digits that count, more or less: columns stay narrow."""
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
