"""How fast a backfill may go: so many files a second, and not on while more notes wait than the model should have."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.table import Table

# Looking at the backlog reads a row for each waiting shard: not before every file.
_SECONDS_BETWEEN_LOOKS = 5.0
_UNDER_WAY = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True)
class Backlog:
    """What the pipeline has not given to the model yet."""

    table: Table
    queue_url: str

    def waiting(self) -> int:
        """Return the notes that wait, each file that is not staged yet counted as one."""
        notes = sum(shard.notes for shard in BatchLedger(self.table).backlog())
        asked: Any = {"AttributeNames": list(_UNDER_WAY)}
        with translated("SQS GetQueueAttributes"):
            told: Any = clients.sqs().get_queue_attributes(QueueUrl=self.queue_url, **asked)["Attributes"]
        return notes + sum(int(told.get(name, 0)) for name in _UNDER_WAY)


@dataclass
class Pace:
    """Says when to go on.

    Args:
        per_second: files.
        most_waiting: notes; no bound if there is no `waiting`.
        waiting: asks how many wait now.
        tell: told how many wait, each time there are too many.
    """

    per_second: float
    most_waiting: int = 0
    waiting: Callable[[], int] | None = None
    tell: Callable[[int], None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next_file: float = field(default=0.0, init=False)
    _next_look: float = field(default=0.0, init=False)

    def before(self, files: int) -> None:
        """Wait until so many files may go."""
        while self.waiting and self.clock() >= self._next_look:
            found = self.waiting()
            self._next_look = self.clock() + _SECONDS_BETWEEN_LOOKS
            if found <= self.most_waiting:
                break
            self.tell(found)
            self.sleep(_SECONDS_BETWEEN_LOOKS)
        self.sleep(max(0.0, self._next_file - self.clock()))
        self._next_file = max(self.clock(), self._next_file) + files / self.per_second
