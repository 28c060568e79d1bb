"""Figures into docs/performance.md, between markers; a figure there is never typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.bench.cost import MILLION, Instance, dollars_per_million, plan_job

_MARKERS = "<!-- bench:{name} -->", "<!-- /bench:{name} -->"
_JOBS = ((1, (1, 4)), (100, (10, 50, 100)))  # millions of notes, instances


def fill(page: str, sections: Mapping[str, str]) -> str:
    """Return the page with each section's text between its markers; the rest stays as it is.

    Raises:
        ValueError: the page has no markers for a section.
    """
    for name, text in sections.items():
        start, end = (re.escape(marker.format(name=name)) for marker in _MARKERS)
        pattern = re.compile(f"({start}\n).*?({end})", re.DOTALL)
        if not pattern.search(page):
            raise ValueError(f"The page has no {_MARKERS[0].format(name=name)} section: add its two markers.")
        page = pattern.sub(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", page)
    return page


def sections(result: Mapping[str, Any], instance: Instance, notes_per_shard: int) -> dict[str, str]:
    """Return the text of every section from a run's result."""
    found = {"machine": machine_text(result), "memory": memory_table(result.get("memory", []))}
    for workload in result["workloads"]:
        found[workload["name"]] = speed_table(workload, instance, result["machine"]["cores"])
    ordinary = next((w for w in result["workloads"] if w["name"] == "demo-ordinary"), None)
    engine = next((r for r in ordinary["rows"] if r["row"] == "engine" and _measured(r)), None) if ordinary else None
    if engine:
        rate = instance.rate(engine["notes_per_second"]["median"], result["machine"]["cores"])
        found["scale"] = scale_table(instance, rate, notes_per_shard)
    return found


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def machine_text(result: Mapping[str, Any]) -> str:
    """Return where and how it was measured."""
    machine = result["machine"]
    flags = ", ".join(machine["flags"]) or "none of those that matter here"
    versions = ", ".join(f"{name} {found}" for name, found in machine["versions"].items())
    quick = " A quick run: fewer notes and rounds than the tables are meant to have." if result["quick"] else ""
    return (
        f"Measured {result['date']} on {machine['cores']} cores of {machine['processor']} ({flags}); float32 matrix"
        f" products reach {machine['peak_gflops']:.0f} GFLOP/s on them. Python {machine['python']}, {versions}."
        f" {result['rounds']} rounds.{quick}"
    )


def speed_table(workload: Mapping[str, Any], instance: Instance, cores: int) -> str:
    """Return a workload's table: speed, memory, quality and cost of every row."""
    titles = ["system", "notes/s (min-max)", "notes/CPU-s", "times obvious", "times best HF", "of peak", "GB"]
    scored = any("rougeL" in row for row in workload["rows"])
    titles += ["ROUGE-1 / L"] * scored + ["equal to float32", "$ per 1 M"]
    lines = [f"{workload['notes']} notes in {workload['texts']} parts, {workload['beams']} beams.", ""]
    lines += [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    for row in workload["rows"]:
        cells = _cells(row, scored, instance, cores) if _measured(row) else [f"failed: {_plain(row['error'])}"]
        lines.append(f"| {' | '.join([row['title'], *cells, *[''] * (len(titles) - 1 - len(cells))])} |")
    lines += ["", *_notes(workload["rows"])]
    return "\n".join(lines).rstrip()


def _measured(row: Mapping[str, Any]) -> bool:
    return "notes_per_second" in row


def _cells(row: Mapping[str, Any], scored: bool, instance: Instance, cores: int) -> list[str]:
    rate = row["notes_per_second"]
    cells = [
        f"{rate['median']:.3g} ({rate['min']:.3g}-{rate['max']:.3g})",
        f"{row['notes_per_cpu_second']['median']:.3g}",
        *(f"{row[name]['median']:.2f}" if row[name] else "" for name in ("times_hf-one", "times_hf-best")),
        f"{100 * row['share_of_peak']:.0f} %",
        f"{row['peak_bytes'] / 1e9:.2f}",
    ]
    if scored:
        cells.append(f"{row['rouge1']:.1f} / {row['rougeL']:.1f}" if "rougeL" in row else "")
    cells.append(f"{row['exact_match']:.0f} % of {row['compared']}" if row["exact_match"] is not None else "")
    return [*cells, f"{dollars_per_million(instance.price, instance.rate(rate['median'], cores)):.2f}"]


def _notes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    settings = [f"{row['title']}: {row['settings']}" for row in rows if _measured(row)]
    fewer = [f"{row['title']}: measured on {row['texts']} of {row['all_texts']} parts, evenly spread"
             for row in rows if _measured(row) and row["texts"] < row["all_texts"]]  # fmt: skip
    broken = [f"{row['title']}: later rounds failed ({_plain(row['error'])})"
              for row in rows if _measured(row) and row["error"]]  # fmt: skip
    return [f"- {line}." for line in (*settings, *fewer, *broken)]


def _plain(text: str) -> str:
    return text.replace("|", "/").rstrip(".")


def memory_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return peak memory by the number of notes in one call or request."""
    lines = ["| asked | notes | peak memory, GB | seconds |", "|---|---|---|---|"]
    for row in rows:
        cells = f"failed: {_plain(row['error'])} | " if "error" in row else (
            f"{row['peak_bytes'] / 1e9:.3f} | {row['seconds']:.0f}")  # fmt: skip
        lines.append(f"| {row['asked']} | {row['notes']:,} | {cells} |")
    return "\n".join(lines)


def scale_table(instance: Instance, rate: float, notes_per_shard: int) -> str:
    """Return hours and dollars of jobs over many notes, from the rate of one instance."""
    lines = [
        f"One {instance.name} ({instance.cores} vCPU, ${instance.price:g} an hour): {rate:.3g} notes a second;"
        f" {instance.start_minutes:g} minutes to start; {notes_per_shard:,} notes a shard.",
        "",
        "| notes | instances | shards | hours | cost |",
        "|---|---|---|---|---|",
    ]
    for millions, fleets in _JOBS:
        for instances in fleets:
            plan = plan_job(millions * MILLION, instances, instance, rate, notes_per_shard)
            shards = -(-plan.notes // notes_per_shard)
            lines.append(f"| {millions} M | {instances} | {shards:,} | {plan.hours:,.1f} | ${plan.dollars:,.2f} |")
    return "\n".join(lines)


def quality_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return speed and quality by model and beams, beside float32 at the same beams."""
    lines = [
        "| model | beams | notes/s | ROUGE-1 / L | ROUGE-L above float32 (95 % interval) | equal to float32 |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        against = row["against_float32"]
        interval = f"{against['difference']:+.2f} ({against['low']:+.2f} to {against['high']:+.2f})"
        cells = [
            f"{row['model']}{', shortlist' if row['shortlist'] else ''}",
            str(row["beams"]),
            f"{row['notes_per_second']:.3g}",
            f"{row['rouge1']:.2f} / {row['rougeL']:.2f}",
            *(["", ""] if row["model"] == "float32" else [interval, f"{100 * row['equal_to_float32']:.0f} %"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
