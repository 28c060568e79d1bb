"""The pictures: how many times the obvious way each row is, and quality against speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("agg")

from matplotlib import pyplot as plt

_OURS, _OTHERS = "#0b6e4f", "#8a99a6"
_ROW_INCHES = 0.36


def draw_bars(workloads: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw a panel for each workload; a line on a bar reaches from the slowest to the fastest round."""
    drawn = [(workload, _rows(workload)) for workload in workloads]
    heights = [len(rows) + 1.6 for _, rows in drawn]
    figure, axes = plt.subplots(
        len(drawn), 1, figsize=(9, _ROW_INCHES * sum(heights) + 0.8), squeeze=False, layout="constrained",
        gridspec_kw={"height_ratios": heights},
    )  # fmt: skip
    for axis, (workload, rows) in zip(axes[:, 0], drawn, strict=True):
        _panel(axis, workload, rows)
    axes[-1, 0].set_xlabel("notes a second, as a multiple of Hugging Face float32 one note at a time")
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _rows(workload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in workload["rows"] if row.get("times_hf-one")]


def _panel(axis: Any, workload: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    times = [row["times_hf-one"] for row in rows]
    middle = [found["median"] for found in times]
    reach = [[m - found["min"] for m, found in zip(middle, times, strict=True)],
             [found["max"] - m for m, found in zip(middle, times, strict=True)]]  # fmt: skip
    colours = [_OURS if row["row"] in {"engine", "server", "tuned", "distilled"} else _OTHERS for row in rows]
    axis.barh([row["title"] for row in rows], middle, color=colours, xerr=reach,
              error_kw={"ecolor": "#222222", "elinewidth": 1, "capsize": 2})  # fmt: skip
    axis.invert_yaxis()
    axis.axvline(1, color="#222222", linewidth=0.8, linestyle=":")
    largest = max([found["max"] for found in times], default=1.0)
    for place, (m, found) in enumerate(zip(middle, times, strict=True)):
        axis.text(found["max"] + largest * 0.015, place, f"{m:.2f}" if m < 10 else f"{m:.1f}", va="center", fontsize=9)
    axis.set_xlim(0, largest * 1.12)
    axis.set_title(workload["title"], loc="left", fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)


def draw_curve(points: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw ROUGE-L against notes a second, a line for each model and a mark for each beam size.

    Args:
        points: with `model`, `beams`, `shortlist`, `notes_per_second` and `rougeL`.
    """
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    for name in dict.fromkeys((point["model"], point["shortlist"]) for point in points):
        of_line = sorted((p for p in points if (p["model"], p["shortlist"]) == name), key=lambda p: p["beams"])
        label = f"{name[0]}, shortlist" if name[1] else name[0]
        axis.plot([p["notes_per_second"] for p in of_line], [p["rougeL"] for p in of_line], marker="o", label=label)
        for point in of_line:
            place = (point["notes_per_second"], point["rougeL"])
            axis.annotate(str(point["beams"]), place, textcoords="offset points", xytext=(5, 5), fontsize=8)
    axis.set(xlabel="notes a second", ylabel="ROUGE-L F1, percent", title="Numbers beside the marks: beams")
    axis.set_xlim(left=0)
    axis.grid(alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)
