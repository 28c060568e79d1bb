"""The comparison as Markdown; pure. Every figure is one of `comparison.json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from note_summarizer.option_models.recipes import DEMONSTRATION, EQUAL_PEGASUS

System = Mapping[str, Any]
NOTHING = "-"
_CALLED = {DEMONSTRATION: "pegasus, the demonstration model", EQUAL_PEGASUS: "pegasus, equal time"}
# Of the scores of `note_summarizer.evaluation`: what each is called here.
SCORES = {
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "number_precision": "numbers right",
    "number_recall": "numbers found",
    "entity_precision": "entities right",
    "entity_recall": "entities found",
}
COPIES = {"item_recall": "items found", "item_precision": "items right", "exact": "equal"}


def comparison_page(result: Mapping[str, Any]) -> str:
    """Return the comparison: quality, costs, and which differences are above chance."""
    systems = sorted(result["systems"], key=lambda system: -system["scores"]["rouge1"][0])
    models = [system for system in systems if system["kind"] == "model"]
    parts = [
        f"Each model as it is served, on {result['test_notes']} synthetic notes of the held-out test split: their"
        " phrases and entities are in no training pair. Percent.",
        quality_table(systems),
        "What training took, and what answering takes on one core:",
        cost_table(models),
        f"ROUGE-1 against {called(EQUAL_PEGASUS)} (paired bootstrap, 95 %):",
        "\n".join(_verdict(found) for found in result["against_baseline"]),
    ]
    return "\n\n".join(parts) + "\n"


def called(name: str) -> str:
    """Return what a system is called in tables."""
    return _CALLED.get(name, name)


def quality_table(systems: Iterable[System]) -> str:
    """Return the scores as a table, a row for each system."""
    rows = (
        [
            called(system["name"]),
            *(_said(system["scores"][key] and system["scores"][key][0]) for key in SCORES),
            *(_said(system["copies"][key]) for key in COPIES),
        ]
        for system in systems
    )
    return _table(["model", *SCORES.values(), *COPIES.values()], rows)


_COSTS: Mapping[str, Callable[[System], Any]] = {
    "trained, CPU minutes": lambda system: system["cpu_minutes"],
    "parameters, millions": lambda system: system["training"] and system["training"]["parameters"] / 1e6,
    "tokens seen, millions": lambda system: system["training"] and system["training"]["tokens"] / 1e6,
    "served, MB": lambda system: system["served_mb"],
    "notes a CPU second": lambda system: system["notes_per_cpu_second"],
    "peak memory, MB": lambda system: system["peak_memory_mb"],
    "loading, s": lambda system: system["load_seconds"],
}


def cost_table(models: Iterable[System]) -> str:
    """Return what each model took to train and takes to answer, a row for each."""
    rows = ([called(system["name"]), *(_said(read(system)) for read in _COSTS.values())] for system in models)
    return _table(["model", *_COSTS], rows)


def _said(figure: float | None) -> str:
    return NOTHING if figure is None else f"{figure:.1f}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _verdict(found: Mapping[str, Any]) -> str:
    chance = found["low"] <= 0 <= found["high"]
    figures = f"{found['difference']:+.1f} ({found['low']:+.1f} to {found['high']:+.1f})"
    return f"- {called(found['system'])}: {figures}{', which may be chance' if chance else ''}"
