"""What packaging tells while it works: a line a step, and a bar for the upload."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class UploadBar:
    """Lines above, and below them a bar from the first bytes sent on; on a terminal only."""

    def __init__(self, console: Console, archive: Path) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._archive = archive
        self._task: TaskID | None = None
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def tell(self, text: str) -> None:
        """Print what is being done."""
        self._progress.console.print(f"{text} ...", style="dim", highlight=False, markup=False, soft_wrap=True)

    def sent(self, more: int) -> None:
        """Move the bar; called from the threads that send."""
        with self._one_at_a_time:
            if self._task is None:
                self._progress.start()  # not before: a bar without a task redraws nothing ten times a second
                self._task = self._progress.add_task("uploading", total=self._archive.stat().st_size)
        self._progress.advance(self._task, more)
