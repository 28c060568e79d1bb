"""The tables of a comparison, as cells: the page, the Markdown and the console show the same figures; pure."""

from __future__ import annotations

from note_summarizer.comparison.cells import (
    NOTHING,
    Cell,
    Figure,
    FigureTable,
    Row,
    figure_table,
    marked_figure,
    quality_figure,
    trust_figure,
)
from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.metrics import TRUST, TRUST_METRIC
from note_summarizer.comparison.recommend import money
from note_summarizer.evaluation.metrics import METRIC

_QUALITY = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_FAITHFUL = ("number_precision", "number_recall", "entity_precision", "entity_recall", "words")
_MOST_RECORDS = 12


def glance_table(compared: Compared) -> FigureTable:
    """Return the table that a team decides by."""
    columns: list[tuple[str, Figure]] = [
        ("ROUGE-1", quality_figure(compared, "rouge1")),
        ("ROUGE-L", quality_figure(compared, "rougeL")),
        *((f"{TRUST_METRIC[key].label} %", trust_figure(compared, key)) for key in ("undelivered", "unread")),
        ("severe/100", trust_figure(compared, "severe")),
        ("no answer", lambda system: Cell(str(system.failed))),
        ("p50 s", _latency),
        ("notes/s", marked_figure(compared, lambda s: s.speed.notes_per_second, lambda v: f"{v:,.1f}", 1)),
        ("USD per 1,000", marked_figure(compared, lambda s: s.cost.per_thousand, _dollars, -1)),
    ]
    return figure_table(compared, "At a glance", columns)


def quality_table(compared: Compared) -> FigureTable:
    """Return ROUGE, numbers and entities, and length."""
    keys = (*_QUALITY, *_FAITHFUL)
    columns = [(METRIC[key].label, quality_figure(compared, key)) for key in keys]
    return figure_table(compared, "Quality", columns)


def trust_table(compared: Compared) -> FigureTable:
    """Return everything that the checks found."""
    columns = [(f"{metric.label}{_unit(metric.unit)}", trust_figure(compared, metric.key)) for metric in TRUST]
    return figure_table(compared, "Trust", columns)


def failure_table(compared: Compared) -> FigureTable:
    """Return what failed, by code, with the records of the test file; without rows where nothing did."""
    rows = []
    for system in compared.systems:
        for code, count in system.answers.failures.items():
            records = [compared.judgement.test[place].record for place in system.answers.failed_places(code)]
            more = f" and {len(records) - _MOST_RECORDS} more" if len(records) > _MOST_RECORDS else ""
            said = ", ".join(map(str, records[:_MOST_RECORDS])) + more
            rows.append(Row(system, (Cell(code), Cell(str(count)), Cell(said))))
    return FigureTable("No answer", ("code", "notes", "records of the test file"), tuple(rows), (0, 2))


def speed_table(compared: Compared) -> FigureTable:
    """Return how fast the systems are, and how that was measured."""
    columns: list[tuple[str, Figure]] = [
        ("p50 s", lambda s: Cell(_seconds(s.speed.p50))),
        ("p95 s", lambda s: Cell(_seconds(s.speed.p95))),
        ("notes timed", lambda s: Cell(str(s.speed.timed) if s.speed.timed else NOTHING)),
        ("notes/s", lambda s: Cell(_number(s.speed.notes_per_second))),
        ("in parts %", lambda s: Cell(f"{compared.judged(s.name).run.share_in_parts:.1f}")),
        ("how it was measured", lambda s: Cell(s.speed.said)),
    ]
    return figure_table(compared, "Speed", columns, wide=(5,), floors=False)


def cost_table(compared: Compared) -> FigureTable:
    """Return what a thousand notes cost, why, by which prices, and what effort there is beside money."""
    columns: list[tuple[str, Figure]] = [
        ("USD per 1,000 notes", _cost),
        ("how it is computed", lambda s: Cell(s.cost.said)),
        ("prices", _prices),
        ("effort", lambda s: Cell(s.effort)),
    ]
    return figure_table(compared, "Cost and effort", columns, wide=(1, 2, 3), floors=False)


def _latency(system: ComparedSystem) -> Cell:
    if system.speed.p50 is None:
        return Cell(NOTHING)
    return Cell(_seconds(system.speed.p50), f"p95 {_seconds(system.speed.p95)}")


def _cost(system: ComparedSystem) -> Cell:
    found = system.cost
    if found.per_thousand is None:
        return Cell("not known")
    return Cell(f"from {money(found.per_thousand)}" if found.is_partial else money(found.per_thousand))


def _prices(system: ComparedSystem) -> Cell:
    said = [f"{p.source}, seen {p.seen}{'' if p.confirmed else ', unconfirmed'}" for p in system.cost.prices]
    return Cell("; ".join(said) or NOTHING)


def _dollars(value: float) -> str:
    return money(value).removesuffix(" USD")


def _seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.1f}"


def _unit(unit: str) -> str:
    return {"%": " %", "per 100": "/100"}.get(unit, "")
