"""A pretraining run as a picture: the loss on what it learns from, and on what is held out, over steps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_LOSSES = (("train_loss", "learnt from"), ("validation_loss", "held out"))


def plot_losses(rows: Sequence[dict[str, Any]], path: Path, title: str) -> None:
    """Draw a run's losses into a PNG.

    Args:
        rows: lines of `metrics.jsonl`.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for name, label in _LOSSES:
        points = [(row["step"], row[name]) for row in rows if name in row]
        if points:
            axes.plot(*zip(*points, strict=True), label=label, marker="o" if len(points) < 30 else None, markersize=3)
    axes.set(xlabel="step", ylabel="loss (nats a token)", title=title)
    axes.grid(alpha=0.3)
    axes.legend()
    partial = path.with_suffix(".partial.png")
    figure.savefig(partial, dpi=120)
    plt.close(figure)
    partial.replace(path)
