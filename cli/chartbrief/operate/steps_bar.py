"""How far a command is: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from chartbrief.progress import SECONDS_BETWEEN_LINES


class StepsBar:
    """Counts steps of a known number. What is said goes above the bar."""

    def __init__(self, console: Console, what: str, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._what, self._total, self._clock = console, what, total, clock
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars = Bars(*columns, console=console, transient=True)
        self._task = self._bars.add_task(what, total=total)
        self._next = clock() + SECONDS_BETWEEN_LINES

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def say(self, text: str) -> None:
        """Print a line."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, done: int) -> None:
        """Show that so many steps are done."""
        self._bars.update(self._task, completed=done)
        if not self._console.is_terminal and self._clock() >= self._next:
            self._next = self._clock() + SECONDS_BETWEEN_LINES
            self.say(f"{done:,} of {self._total:,} {self._what}")


def steps_bar(console: Console, what: str, total: int) -> StepsBar:
    """Return a bar for `total` steps that are called `what`."""
    return StepsBar(console, what, total)


@contextmanager
def counting(console: Console, what: str) -> Iterator[Callable[[int], None]]:
    """Give a function that tells how many there were so far, where nobody knows how many there will be."""
    with console.status(f"0 {what}") if console.is_terminal else nullcontext() as status:
        next_line = time.monotonic() + SECONDS_BETWEEN_LINES

        def tell(count: int) -> None:
            nonlocal next_line
            if status is not None:
                status.update(f"{count:,} {what}")
            elif time.monotonic() >= next_line:
                next_line = time.monotonic() + SECONDS_BETWEEN_LINES
                console.print(f"{count:,} {what}", markup=False, highlight=False)

        yield tell
