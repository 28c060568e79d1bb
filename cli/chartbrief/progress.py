"""Showing how far a run has come: bars on a terminal, a plain line every few seconds elsewhere."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from chartbrief.receipts import Standing

SECONDS_BETWEEN_LINES = 3.0


class Progress(Protocol):
    """Where a run tells what it does."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def tell(self, text: str) -> None:
        """Say what happens now."""

    def show(self, standing: Standing) -> None:
        """Show how far the run has come."""


def progress_on(console: Console) -> Progress:
    """Bars if `console` is a terminal, else lines."""
    return TerminalProgress(console) if console.is_terminal else LineProgress(console)


class LineProgress:
    """One plain line every few seconds, for logs and pipes."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def tell(self, text: str) -> None:
        """Print the line at once."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, standing: Standing) -> None:
        """Print one line, unless the last one is only a moment old."""
        if self._clock() >= self._next:
            self._next = self._clock() + SECONDS_BETWEEN_LINES
            self.tell(progress_line(standing))


class TerminalProgress:
    """Three bars: files dropped, files staged, records done."""

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bars = Bars(
            *columns, TextColumn("{task.fields[note]}"), TimeElapsedColumn(), console=console, transient=True
        )
        self._ids: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def tell(self, text: str) -> None:
        """Put the text above the bars."""
        self._bars.console.print(text, markup=False, highlight=False)

    def show(self, standing: Standing) -> None:
        """Move the bars."""
        books = standing.books
        self._bar("dropped", standing.dropped, standing.files)
        self._bar("staged", standing.staged, standing.files)
        note = f"{books.quarantined} quarantined" if books.quarantined else ""
        self._bar("summarized", books.received - books.pending, books.received, note)

    def _bar(self, name: str, completed: int, total: int, note: str = "") -> None:
        if name not in self._ids:
            self._ids[name] = self._bars.add_task(name, total=None, note="")
        self._bars.update(self._ids[name], completed=completed, total=total or None, note=note)


def progress_line(standing: Standing) -> str:
    """The same as one line."""
    books = standing.books
    return (
        f"dropped {standing.dropped}/{standing.files} files, staged {standing.staged}/{standing.files},"
        f" summarized {books.summarized}, quarantined {books.quarantined}, pending {books.pending}"
    )
