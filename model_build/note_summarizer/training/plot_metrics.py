"""The run as a picture: losses on the left, validation ROUGE on the right, over epochs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ROUGE = (("validation_rouge1", "ROUGE-1"), ("validation_rouge2", "ROUGE-2"), ("validation_rougeLsum", "ROUGE-Lsum"))
_LOSSES = (("train_loss", "training"), ("validation_loss", "validation"))


def plot_metrics(rows: Sequence[dict[str, Any]], path: Path, title: str, best_epoch: float | None = None) -> None:
    """Draw a run's measurements into a PNG.

    Args:
        rows: lines of `metrics.jsonl`.
        best_epoch: where the model that was kept comes from; marked by a line.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (losses, scores) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    _lines(losses, rows, _LOSSES)
    _lines(scores, rows, _ROUGE)
    losses.set_ylabel("loss (nats a token)")
    scores.set_ylabel("ROUGE F1 (percent)")
    for axes in (losses, scores):
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        if best_epoch is not None:
            axes.axvline(best_epoch, color="0.4", linestyle="--", linewidth=1, label=f"kept (epoch {best_epoch:g})")
        if axes.get_legend_handles_labels()[0]:
            axes.legend()
    figure.suptitle(title)
    partial = path.with_suffix(".partial.png")
    figure.savefig(partial, dpi=120)
    plt.close(figure)
    partial.replace(path)


def _lines(axes: Any, rows: Sequence[dict[str, Any]], names: Sequence[tuple[str, str]]) -> None:
    for name, label in names:
        points = [(row["epoch"], row[name]) for row in rows if name in row]
        if points:
            epochs, values = zip(*points, strict=True)
            axes.plot(epochs, values, label=label, marker="o" if len(points) < 30 else None, markersize=3)
