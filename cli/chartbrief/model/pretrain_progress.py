"""What pretraining tells while it works: lines, and below them a bar with the latest loss; lines alone in a pipe."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_SECONDS_BETWEEN_LINES = 20.0


class PretrainProgress:
    """A `Reporter` on a console."""

    def __init__(self, console: Console) -> None:
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            TimeRemainingColumn(),
        )  # fmt: skip
        self._console = console
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bars.add_task("starting", total=None)
        self._next_line = 0.0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def tell(self, text: str) -> None:
        """Print a sentence."""
        self._console.print(text, style="dim", highlight=False, markup=False, soft_wrap=True)

    def step(self, done: int, total: int) -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=done, total=total)

    def metrics(self, values: Mapping[str, float], step: int, epoch: float) -> None:
        """Show the losses beside the bar; where there is none, print a line now and then."""
        losses = [f"{_NAMES[name]} {value:.2f}" for name, value in values.items() if name in _NAMES]
        if not losses:
            return
        self._bars.update(self._task, description=f"epoch {epoch:.1f}, {', '.join(losses)}")
        if not self._console.is_terminal and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + _SECONDS_BETWEEN_LINES
            self.tell(f"step {step}, epoch {epoch:.1f}: {', '.join(losses)}")


_NAMES = {"train_loss": "loss", "validation_loss": "held out"}
