"""The comparison as Markdown without a word of any note: for a wiki, or a pull request; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from note_summarizer.comparison.cells import FigureTable
from note_summarizer.comparison.compared import Compared
from note_summarizer.comparison.metrics import TRUST
from note_summarizer.comparison.tables import (
    cost_table,
    failure_table,
    glance_table,
    quality_table,
    speed_table,
    trust_table,
)

_ESCAPED = str.maketrans({character: f"\\{character}" for character in "\\`*_[]|~"} | {"<": "&lt;", ">": "&gt;"})


def render_markdown(compared: Compared) -> str:
    """Return the comparison as Markdown; figures, codes, names of systems, and nothing of a note."""
    return "\n".join(_blocks(compared)) + "\n"


def _blocks(compared: Compared) -> Iterator[str]:
    judgement, advice = compared.judgement, compared.recommendation
    yield "# Ways to summarize, compared\n"
    yield (
        f"{len(judgement.test)} notes of {judgement.note_words():.0f} words on average, references of"
        f" {judgement.reference_words():.0f}; baseline {_plain(judgement.baseline)}; prices of"
        f" {compared.prices.checked}, {_plain(compared.prices.region)}.\n"
    )
    yield from _bullets(judgement.remarks)
    yield "## What follows\n"
    yield f"**{_plain(advice.choice)}**\n"
    yield from _bullets(advice.findings)
    for name, change, before in advice.changes:
        yield f"To use {_plain(name)}, deploy with the line below. {_plain(before)}\n\n```\n{change}\n```\n"
    yield "What the numbers do not say:\n"
    yield from _bullets(advice.cautions)
    for table in (glance_table, quality_table, trust_table, failure_table, speed_table, cost_table):
        yield from _table(table(compared))
    yield "## Which differences are real?\n"
    yield from _bullets([f"{found.verdict}." for found in judgement.verdicts()])
    yield from _bullets([f"{found.verdict}." for found in compared.trust])
    yield from _bullets([f"{found.severe_verdict}." for found in compared.trust if found.severe_verdict])
    yield "## What the figures of trust mean\n"
    yield from _bullets([f"{metric.label}: {metric.definition}" for metric in TRUST])


def _table(table: FigureTable) -> Iterator[str]:
    if not table.rows:
        return
    yield f"## {table.title}\n"
    yield _row(["system", *table.heads])
    yield _row(["---", *("---" if place in table.wide else "---:" for place in range(len(table.heads)))], plain=False)
    for row in table.rows:
        name = f"{row.system.name} (floor)" if row.system.is_floor else row.system.name
        yield _row([name, *(f"{cell.text} ({cell.small})" if cell.small else cell.text for cell in row.cells)])
    yield ""


def _row(cells: Sequence[str], *, plain: bool = True) -> str:
    return f"| {' | '.join(_plain(cell) if plain else cell for cell in cells)} |"


def _bullets(sentences: Sequence[str]) -> Iterator[str]:
    yield from (f"- {_plain(sentence)}" for sentence in sentences)
    if sentences:
        yield ""


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(_ESCAPED)
