"""The report's tables and verdicts as HTML; pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from note_summarizer.evaluation.bootstrap import Interval
from note_summarizer.evaluation.compare_systems import Comparison
from note_summarizer.evaluation.judgement import JudgedSystem, Judgement
from note_summarizer.evaluation.metrics import METRIC, METRICS
from note_summarizer.evaluation.rouge import ROUGES

_NOTHING = "&ndash;"
_FAITHFUL = ("number_precision", "number_recall", "entity_precision", "entity_recall")
_SHAPE = ("words", "compression", "novel_1", "novel_2", "novel_3", "novel_4")


def verdict_list(comparisons: Sequence[Comparison]) -> str:
    """Return one line a comparison, green if the first of the two is better, red if the other one is."""
    items = "".join(f'<li class="{_kind(found)}">{escape(found.verdict)}.</li>' for found in comparisons)
    return f'<ul class="verdicts">{items}</ul>'


def _kind(found: Comparison) -> str:
    return "better" if found.result.better else "worse" if found.result.worse else "chance"


def score_tables(judgement: Judgement) -> str:
    """Return the tables of scores, on all notes and on those with rare references."""
    tabs = [("all", f"all {len(judgement.test)} notes", _tables(judgement.systems, rare=False))]
    if 0 < len(judgement.rare) < len(judgement.test):
        tabs.append(("rare", f"{len(judgement.rare)} with rare references", _tables(judgement.systems, rare=True)))
    inputs = "".join(
        f'<input type="radio" name="subset" id="tab-{key}"{" checked" if key == "all" else ""}>'
        f'<label for="tab-{key}">{label}</label>'
        for key, label, _ in tabs
    )
    return f'<div class="tabs">{inputs}{"".join(f"<div class=tab>{body}</div>" for _, _, body in tabs)}</div>'


def _tables(systems: Sequence[JudgedSystem], *, rare: bool) -> str:
    groups = (("ROUGE (F1)", ROUGES), ("Faithfulness", _FAITHFUL), ("Length and copying", _SHAPE))
    return "".join(f"<h3>{title}</h3>{_table(systems, keys, rare=rare)}" for title, keys in groups)


def _table(systems: Sequence[JudgedSystem], keys: Sequence[str], *, rare: bool) -> str:
    heads = "".join(
        f'<th title="{escape(METRIC[key].definition)}">{METRIC[key].label} {_unit(key)}</th>' for key in keys
    )
    best = {key: _best(systems, key, rare=rare) for key in keys if key not in _SHAPE}
    rows = ""
    for system in systems:
        cells = "".join(_cell(_score(system, key, rare), best.get(key)) for key in keys)
        rows += f"<tr><td>{system_name(system)}</td>{cells}</tr>"
    table = f"<table><thead><tr><th>system</th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="card scroll">{table}</div>'


def system_name(system: JudgedSystem) -> str:
    """Return a system's name, with a tag if it is a floor."""
    tag = '<span class="tag">floor</span>' if system.kind == "floor" else ""
    return f'<span class="name">{escape(system.name)}</span>{tag}'


def _unit(key: str) -> str:
    unit = METRIC[key].unit
    return "" if key in ROUGES or unit == METRIC[key].label else {"%": "%", "times": "&times;"}.get(unit, "")


def _score(system: JudgedSystem, key: str, rare: bool) -> Interval | None:
    return (system.rare_scores if rare else system.scores)[key]


def _best(systems: Sequence[JudgedSystem], key: str, *, rare: bool) -> float | None:
    found = [interval.mean for system in systems if (interval := _score(system, key, rare))]
    return max(found) if len(found) > 1 else None


def _cell(interval: Interval | None, best: float | None) -> str:
    if interval is None:
        return f'<td class="soft">{_NOTHING}</td>'
    kind = ' class="best"' if best is not None and interval.mean == best else ""
    return (
        f"<td><span{kind}>{interval.mean:.1f}</span><small>{interval.low:.1f} &ndash; {interval.high:.1f}</small></td>"
    )


def cost_table(systems: Sequence[JudgedSystem]) -> str:
    """Return what every system costs: speed, memory, notes read in parts, and which weights answered."""
    rows = "".join(f"<tr><td>{system_name(system)}</td>{_costs(system)}</tr>" for system in systems)
    heads = (
        "notes a second",
        "CPU s a note",
        "loading, s",
        "peak memory, MB",
        "read in parts, %",
        "model",
        "sha256 of the weights",
    )
    head = "".join(f"<th>{name}</th>" for name in ("system", *heads))
    return f'<div class="card scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _costs(system: JudgedSystem) -> str:
    run, model = system.run, system.run.model or {}
    cells = (
        f"{run.notes_per_second:,.1f}",
        f"{run.cpu_seconds / len(run.answers):.2f}" if run.cpu_seconds is not None else _NOTHING,
        f"{run.load_seconds:.1f}" if model else _NOTHING,
        f"{run.peak_bytes / 1e6:,.0f}" if run.peak_bytes else _NOTHING,
        f"{run.share_in_parts:.1f}",
        escape(f"{model['name']} {model['version']}") if model else _NOTHING,
        f'<span class="mono">{escape(model["sha256"][:16])}</span>' if model else _NOTHING,
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)


def definitions() -> str:
    """Return every metric with what it means."""
    return "".join(f"<dt>{metric.label}</dt><dd>{escape(metric.definition)}</dd>" for metric in METRICS)
