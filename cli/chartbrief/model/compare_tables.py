"""What `chartbrief model compare` prints: the table, the verdicts, what follows and what to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:  # numpy comes with these, and every command of `chartbrief` would wait for it
    from note_summarizer.comparison.cells import Cell, FigureTable
    from note_summarizer.comparison.compared import Compared
    from note_summarizer.comparison.significance import TrustComparison
    from note_summarizer.evaluation.compare_systems import Comparison


def render_compared(console: Console, compared: Compared) -> None:
    """Print the table to decide by, failures, verdicts and the recommendation; no text of any note."""
    from note_summarizer.comparison.tables import failure_table, glance_table

    notes = len(compared.judgement.test)
    console.print(_table(glance_table(compared), f"{notes} notes (dim: 95 % intervals)"))
    failures = failure_table(compared)
    if failures.rows:
        console.print(_table(failures, failures.title))
    baseline = compared.judgement.baseline
    for found in (found for found in compared.judgement.verdicts() if found.against == baseline):
        console.print(_by_wording(found), soft_wrap=True)
    for trust in compared.trust:
        console.print(_by_trust(trust), soft_wrap=True)
    for remark in compared.judgement.remarks:
        console.print(Text(remark, "yellow"), soft_wrap=True)
    _recommendation(console, compared)


def render_paths(console: Console, out: Path) -> None:
    """Print where the comparison lies, and what is to be kept safe."""
    from note_summarizer.comparison.write_comparison import ANSWERS, PAGE, SCORES, TEXT

    for name, path in (("page", PAGE), ("to share", TEXT), ("scores", SCORES), ("answers", ANSWERS)):
        console.print(f"{name:<10}{out / path}", markup=False, highlight=False, soft_wrap=True)
    console.print("Page and answers hold note text: keep them where notes may be kept.", soft_wrap=True)


def _table(figures: FigureTable, title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("system", overflow="fold")
    for place, head in enumerate(figures.heads):
        table.add_column(head, justify="left" if place in figures.wide else "right", overflow="fold")
    for row in figures.rows:
        name = Text(row.system.name, "dim" if row.system.is_floor else "bold")
        table.add_row(name, *(_cell(cell) for cell in row.cells))
    return table


def _cell(cell: Cell) -> Text:
    text = Text(cell.text, "bold green" if cell.best else "")
    return text.append(f"\n{cell.small}", "dim") if cell.small else text


def _by_wording(found: Comparison) -> Text:
    return Text(f"{found.verdict}.", "green" if found.result.better else "red" if found.result.worse else "")


def _by_trust(found: TrustComparison) -> Text:
    more = f" {found.severe_verdict}." if found.severe_verdict else ""
    return Text(f"{found.verdict}.{more}", {"better": "green", "worse": "red"}.get(found.result, ""))


def _recommendation(console: Console, compared: Compared) -> None:
    found = compared.recommendation
    console.print(Text(f"\n{found.choice}", "bold"), soft_wrap=True)
    for sentence in found.findings:
        console.print(Text(f"- {sentence}"), soft_wrap=True)
    for sentence in found.cautions:
        console.print(Text(f"- {sentence}", "dim"), soft_wrap=True)
    for name, change, before in found.changes:
        console.print(
            Text.assemble(f"To use {name}: ", (change, "bold"), f"  ({before})" if before else ""), soft_wrap=True
        )
    console.print()
