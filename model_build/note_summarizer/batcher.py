"""Batches over everything that waits: texts of all callers, grouped by length, computed on as many threads as pay.

Padding costs by the longest text of a batch, and a replica without work costs most. So callers hand over texts one by
one and go on tokenizing; a worker that is free takes the text that has waited longest and those nearest to it in
length, as many as the token budget holds. Texts of small requests that come together are computed together, and a
caller that is ahead waits, so that what is held in memory has a bound.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

from note_summarizer.backends import Pieces
from note_summarizer.generation import Generation

# Measured on the demonstration model: with more, the states of a step leave the cache; with fewer, the weights are read
# too often. Beams multiply the states, so the budget is divided by them, down to the least.
TOKENS_PER_BATCH = 1024
LEAST_TOKENS_PER_BATCH = 256
# A model whose weights do not fit into a cache reads them from memory for every step of every batch: the more texts
# share a step, the better. Measured on 568 M parameters: 0.9 notes a second in batches of four, 0.5 in batches of two.
LARGE_MODEL_BYTES = 64 * 1024 * 1024
LARGE_MODEL_TOKENS = 4096
# Such a model computes a batch for seconds: it begins when no text has come for so long, and not with the first alone.
_QUIET_SECONDS = 0.03
# Enough to choose texts of the same length from; a few megabytes.
BATCHES_WAITING = 32

_ENDING_SECONDS = 10.0

Generate = Callable[[Sequence[Pieces], Generation], list[Pieces]]


@dataclass(frozen=True, eq=False)
class Task:
    """A text to be answered.

    Attributes:
        deliver: called with the answer, in a worker's thread.
        fail: called in its place with what went wrong.
        wanted: whether anybody still waits for it; asked just before it is computed.
    """

    pieces: Pieces
    generation: Generation
    deliver: Callable[[Pieces], None]
    fail: Callable[[Exception], None]
    wanted: Callable[[], bool] = lambda: True


@dataclass(frozen=True, eq=False)
class _Place:
    """A task's place among those of the same generation settings: by length, then by arrival."""

    task: Task
    arrival: int
    length: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.task.pieces))


class Batcher:
    """Worker threads over one back end."""

    def __init__(
        self, generate: Generate, workers: int, tokens_per_batch: int = TOKENS_PER_BATCH, *, is_large: bool = False
    ) -> None:
        """Start the workers.

        Args:
            generate: answers a batch; called from `workers` threads at a time.
            tokens_per_batch: most tokens of a batch, padding included; a longer text is a batch of its own.
            is_large: the model's weights do not fit into a cache, so that only large batches pay.
        """
        self._generate, self._tokens_per_batch, self._is_large = generate, tokens_per_batch, is_large
        self._most_waiting = BATCHES_WAITING * workers * tokens_per_batch
        self._waiting: dict[Generation, list[_Place]] = {}
        self._waiting_tokens, self._arrivals, self._closed = 0, count(), False
        self._last_came = 0.0
        self._changed = threading.Condition()
        self._workers = [threading.Thread(target=self._work, name=f"batch-{n}", daemon=True) for n in range(workers)]
        for worker in self._workers:
            worker.start()

    @property
    def alive(self) -> bool:
        """Whether texts are answered: every worker runs, and it is not closed."""
        return not self._closed and all(worker.is_alive() for worker in self._workers)

    def submit(self, task: Task, *, at_once: bool = False) -> None:
        """Put a task among those that wait; blocks while too many tokens wait.

        Args:
            at_once: never block. A worker that has more to ask must not wait for itself.

        Raises:
            RuntimeError: the batcher is closed.
        """
        with self._changed:
            while not self._closed and not at_once and self._waiting_tokens >= self._most_waiting:
                self._changed.wait()
            if self._closed:
                raise RuntimeError("The engine is closed: open it again.")
            place = _Place(task, next(self._arrivals))
            insort(self._waiting.setdefault(task.generation, []), place, key=lambda p: (p.length, p.arrival))
            self._waiting_tokens += place.length
            self._last_came = time.monotonic()
            self._changed.notify_all()

    def close(self) -> None:
        """Take nothing more; the workers end when all that waits is answered. Waits for them, up to ten seconds.

        A worker that outlived its process's interpreter, or were the last to know the model, would abort the process.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        end = time.monotonic() + _ENDING_SECONDS
        for worker in self._workers:
            if worker is not threading.current_thread():
                worker.join(max(0.0, end - time.monotonic()))

    def _work(self) -> None:
        while batch := self._take():
            self._answer([task for task in batch if task.wanted()])

    def _take(self) -> list[Task]:
        """Wait for tasks and return a batch of them; none when the batcher is closed and all is answered."""
        with self._changed:
            while not self._waiting or self._gathers():
                if self._closed:
                    return []
                self._changed.wait(_QUIET_SECONDS if self._waiting else None)
            places = min(self._waiting.values(), key=lambda found: min(place.arrival for place in found))
            start, end = nearest_in_length(places, self._budget(places[0].task.generation.beam_size))
            batch = places[start:end]
            del places[start:end]
            if not places:
                del self._waiting[batch[0].task.generation]
            self._waiting_tokens -= sum(place.length for place in batch)
            self._changed.notify_all()
            return [place.task for place in batch]

    def _gathers(self) -> bool:
        """Say whether a large model had better wait for the texts that are on their way."""
        full = self._waiting_tokens >= self._tokens_per_batch * len(self._workers)
        if not self._is_large or full or self._closed:
            return False
        return time.monotonic() - self._last_came < _QUIET_SECONDS

    def _budget(self, beams: int) -> int:
        """Return how many tokens the next batch may have."""
        if self._is_large:
            return min(self._tokens_per_batch, -(-self._waiting_tokens // len(self._workers)))
        fitting = max(self._tokens_per_batch // beams, min(LEAST_TOKENS_PER_BATCH, self._tokens_per_batch))
        # Towards the end the batches become smaller, so that no worker computes long after the others are done.
        return min(fitting, -(-self._waiting_tokens // (2 * len(self._workers))))

    def _answer(self, batch: Sequence[Task]) -> None:
        if not batch:
            return
        try:
            answers = self._generate([task.pieces for task in batch], batch[0].generation)
        except Exception as error:  # noqa: BLE001 - whoever waits for the answer is told
            if len(batch) == 1:
                batch[0].fail(error)
                return
            # One text that breaks the model must not cost the others their answers.
            for task in batch:
                self._answer([task])
            return
        for task, answer in zip(batch, answers, strict=True):
            task.deliver(answer)


def nearest_in_length(places: Sequence[_Place], budget: int) -> tuple[int, int]:
    """Return the slice of the longest waiting place and its nearest, as many as the budget of padded tokens holds.

    Args:
        places: sorted by length.
    """
    oldest = min(range(len(places)), key=lambda index: places[index].arrival)
    start, end = oldest, oldest + 1
    while start > 0 or end < len(places):
        shorter = places[oldest].length - places[start - 1].length if start > 0 else None
        longer = places[end].length - places[oldest].length if end < len(places) else None
        downwards = longer is None or (shorter is not None and shorter <= longer)
        longest = places[end - 1 if downwards else end].length
        if longest * (end - start + 1) > budget:
            break
        start, end = (start - 1, end) if downwards else (start, end + 1)
    return start, end
