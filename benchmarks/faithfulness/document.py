"""Figures into docs/faithfulness.md, between markers; a figure there is never typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.bench import document


def fill(found: Mapping[str, Any], page: Path) -> None:
    """Write the measured sections into the page; those that were not measured stay as they are."""
    texts = {"perturbation": _perturbation(found), "cpu": _cpu(found["cpu"])}
    if "mts_dialog" in found:
        texts |= {
            "references": _references(found["mts_dialog"]),
            "factuality": _factuality(found["mts_factuality"]),
            "nursing": _nursing(found["synur"]),
        }
    page.write_text(document.fill(page.read_text("utf-8"), texts))


def _perturbation(found: Mapping[str, Any]) -> str:
    measured = [(title, found[name]) for name, title in _SETS.items() if name in found]
    rows = [
        [kind, *(f"{m['changed'][kind]['flagged']:.1%} of {m['changed'][kind]['changes']}" for _, m in measured)]
        for kind in measured[0][1]["changed"]
    ]
    rows.append(["nothing", *(f"{m['unchanged_flagged']:.1%} of {m['summaries']}" for _, m in measured)])
    return document.table(["changed", *(title for title, _ in measured)], rows)


_SETS = {"synthetic": "synthetic notes", "mts_dialog": "MTS-Dialog references"}


def _references(found: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in found["reasons_unchanged"].items())
    worst = "; ".join(", ".join(f"{count} {kind}" for kind, count in one.items()) for one in found["worst"])
    return (
        f"{found['unchanged_flagged']:.0%} of the {found['summaries']} human references are flagged; references with"
        f" at least one finding of a kind: {kinds}. The ten with the most findings: {worst}."
    )


def _factuality(found: Mapping[str, Any]) -> str:
    return (
        f"Area under the ROC curve {found['auc']:.2f} (95 % interval {found['auc_low']:.2f} to"
        f" {found['auc_high']:.2f}), precision {found['precision_at_recall_0.8']:.2f} at recall 0.8, on"
        f" {found['summaries']} automatic summaries of which {found['with_hallucination']} have a hallucination. The"
        f" share of content words whose first five letters no word of the note has gives {found['auc_words']:.2f}."
    )


def _nursing(found: Mapping[str, Any]) -> str:
    return (
        f"Of {found['observations']} expert observations, the demonstration model's summaries support"
        f" {found['in_summary']:.0%}, and {found['in_summary_or_evidence']:.0%} with the clauses that the evidence"
        f" points to. Vital signs that its summaries contradict: {found['contradictions_made']}, flagged"
        f" {found['contradictions_made_flagged']}. Planted contradictions: {found['contradictions_planted']}, flagged"
        f" {found['contradictions_planted_flagged']}."
    )


def _cpu(found: Mapping[str, float]) -> str:
    return (
        f"{found['median_ms']:.1f} ms of CPU a note (median of {found['notes']} notes of {found['characters']:.0f}"
        f" characters), {found['max_ms']:.0f} ms at most."
    )
