"""What `chartbrief model train` shows: a bar and measurements while it runs, and whether it got better at the end."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from chartbrief.model.evaluate_tables import render_judgement

if TYPE_CHECKING:
    from note_summarizer.evaluation.judgement import Judgement
    from note_summarizer.training.train_model import Run

_SHOWN_ANSWERS = 3


class ConsoleReporter:
    """A bar of optimizer steps on a terminal; sentences and one line for each epoch everywhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("training"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def tell(self, text: str) -> None:
        """Print the sentence above the bar."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def step(self, done: int, total: int) -> None:
        """Move the bar; it goes away with the last step."""
        self._bar.update(self._task, completed=done, total=total, visible=done < total)

    def metrics(self, values: Mapping[str, float], step: int, epoch: float) -> None:  # noqa: ARG002
        """Show the loss beside the bar, and print what an epoch's look at the validation notes found."""
        if "train_loss" in values:
            self._bar.update(self._task, description=f"loss {values['train_loss']:.2f}")
        scores = [f"{name} {values[f'validation_{name}']:.2f}" for name in _SHOWN if f"validation_{name}" in values]
        if scores:
            self.tell(f"epoch {epoch:g}: validation {', '.join(scores)}")


_SHOWN = ("loss", "rouge1", "rouge2", "rougeLsum")


def render_run(console: Console, run: Run, judgement: Judgement) -> None:
    """Print the judgement, a few answers before and after, and where everything is."""
    render_judgement(console, judgement, show=_SHOWN_ANSWERS)
    for name, what in (
        ("model", run.model),
        ("report", run.folder / "evaluation" / "report.html"),
        ("plot", run.folder / "training.png"),
        ("record", run.folder / "run.json"),
    ):
        console.print(f"{name:<8}{what}", markup=False, highlight=False, soft_wrap=True)
