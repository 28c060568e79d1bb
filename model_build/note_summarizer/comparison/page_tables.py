"""The page's tables, recommendation and definitions as HTML; pure."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from note_summarizer.comparison.cells import Cell, FigureTable
from note_summarizer.comparison.compared import Compared, ComparedSystem
from note_summarizer.comparison.metrics import TRUST
from note_summarizer.comparison.recommend import money
from note_summarizer.comparison.significance import TrustComparison
from note_summarizer.evaluation.report_plots import bar_plot, interval_plot
from note_summarizer.evaluation.report_tables import definitions

_ABOUT = {
    "interval": "The small figures: 95 % percentile bootstrap over notes (Efron 1979): how far a figure would move with"
    " other notes of the same kind.",
    "green": "The best figure of those that can be deployed; whether by more than chance is said in the verdicts.",
    "beats": "Paired bootstrap over notes (Koehn 2004): the 95 % interval of the difference leaves out zero and p is"
    " below 0.05. p is two-sided and not corrected for comparing several systems.",
    "rejected or fails less often": "McNemar's exact test on the notes for which only one of two does, p below 0.05.",
    "no answer": "The service refused, failed, was late, or answered something else; after up to six tries for what may"
    " pass. Such a note counts as an empty summary in ROUGE and recall, as not delivered in trust, and not among"
    " findings.",
    "p50, p95": "Of all notes with an answer, half (19 of 20) took at most so many seconds; waits and second tries"
    " count. A model that ran here is asked again one note at a time.",
    "notes/s": "Notes with an answer over the time from the first request to the last answer.",
    "USD per 1,000": "As recorded; else tokens times the model's price; else the instances' price times the time that"
    " they take, if they never idle. Start of jobs, idle endpoints, storage and people are not in it.",
    "lead-1, lead-3, nearest": "Floors: the note's first sentences; the summary of the most similar training note.",
}


def html_table(table: FigureTable) -> str:
    """Return a table in a card, or nothing for one without rows."""
    if not table.rows:
        return ""
    heads = "".join(f"<th{_wide(place, table)}>{escape(head)}</th>" for place, head in enumerate(table.heads))
    rows = "".join(
        f"<tr><td>{_name(row.system)}</td>"
        f"{''.join(_cell(cell, _wide(place, table)) for place, cell in enumerate(row.cells))}</tr>"
        for row in table.rows
    )
    return (
        f'<div class="card scroll"><table><thead><tr><th>system</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _wide(place: int, table: FigureTable) -> str:
    return ' class="wide"' if place in table.wide else ""


def _cell(cell: Cell, wide: str) -> str:
    text = f'<span class="best">{escape(cell.text)}</span>' if cell.best else escape(cell.text)
    small = f"<small>{escape(cell.small)}</small>" if cell.small else ""
    return f"<td{wide}>{text}{small}</td>"


def _name(system: ComparedSystem) -> str:
    tag = "floor" if system.is_floor else system.option
    said = f'<span class="tag">{escape(tag)}</span>' if tag and tag != system.name else ""
    return f'<span class="name">{escape(system.name)}</span>{said}'


def recommendation(compared: Compared) -> str:
    """Return what follows from the figures, and what to change."""
    found = compared.recommendation
    findings = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.findings)
    cautions = "".join(f"<li>{escape(sentence)}</li>" for sentence in found.cautions)
    changes = "".join(
        f"<dt>{escape(name)}</dt><dd><code>{escape(change)}</code><br>{escape(before)}</dd>"
        for name, change, before in found.changes
    )
    to_use = f"<h3>To use one of them, deploy the stack with</h3><dl>{changes}</dl>" if changes else ""
    return (
        f'<div class="card choice"><p class="verdict">{escape(found.choice)}</p><ul>{findings}</ul>{to_use}'
        f'<h3>What the numbers do not say</h3><ul class="soft small">{cautions}</ul></div>'
    )


def trust_verdicts(compared: Compared) -> str:
    """Return how often systems are rejected or fail, and how many severe findings they have, against the baseline."""
    if not compared.trust:
        return ""
    items = "".join(_trust_item(found) for found in compared.trust)
    return f'<h3>By trust</h3><ul class="verdicts">{items}</ul>'


def _trust_item(found: TrustComparison) -> str:
    more = f'<br><span class="soft small">{escape(found.severe_verdict)}.</span>' if found.severe_verdict else ""
    return f'<li class="{found.result}">{escape(found.verdict)}.{more}</li>'


def trust_figures(compared: Compared) -> str:
    """Return plots of what is not delivered and of severe findings."""
    baseline = compared.judgement.baseline
    figures = "".join(
        f"<figure><figcaption><b>{title}</b>, with 95 % interval; less is better</figcaption>"
        f"{interval_plot([(system.name, system.trust[key]) for system in compared.systems], baseline)}</figure>"
        for key, title in (("undelivered", "Not delivered, %"), ("severe", "Severe findings in 100 answers"))
    )
    return f'<div class="card plots">{figures}</div>'


def _bars(
    compared: Compared, title: str, value: Callable[[ComparedSystem], float | None], said: Callable[[float], str]
) -> str:
    rows = [(s.name, v, said(v)) for s in compared.systems if not s.is_floor and (v := value(s)) is not None]
    return f"<figure><figcaption><b>{title}</b></figcaption>{bar_plot(rows)}</figure>" if len(rows) > 1 else ""


def speed_figures(compared: Compared) -> str:
    """Return plots of speed and latency, where there is something to compare."""
    plots = _bars(compared, "Notes a second", lambda s: s.speed.notes_per_second, "{:,.1f}".format)
    plots += _bars(compared, "Seconds that 19 of 20 notes stay below (p95)", lambda s: s.speed.p95, "{:,.2f}".format)
    return f'<div class="card plots">{plots}</div>' if plots else ""


def cost_figures(compared: Compared) -> str:
    """Return a plot of what a thousand notes cost, where there is something to compare."""
    plot = _bars(compared, "USD for 1,000 notes", lambda s: s.cost.per_thousand, money)
    return f'<div class="card plots">{plot}</div>' if plot else ""


def meanings(compared: Compared) -> str:
    """Return what every figure means, and what it was computed with."""
    judgement = compared.judgement
    trust = "".join(f"<dt>{metric.label}</dt><dd>{escape(metric.definition)}</dd>" for metric in TRUST)
    about = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in _ABOUT.items())
    draws = f"Intervals: {judgement.resamples:,} drawn sets; comparisons: ten times as many; seed {judgement.seed}."
    return f'<div class="card"><dl>{trust}{definitions()}{about}</dl><p class="soft small">{draws}</p></div>'
