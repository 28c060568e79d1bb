"""Reading from many places at once, with as much in memory as is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Full, Queue
from threading import Event
from typing import TypeVar

Item = TypeVar("Item")
Reader = Callable[[], Iterator[Item]]
_TOGETHER = 500
_LOOK_SECONDS = 0.2


def merged(readers: Sequence[Reader[Item]], workers: int) -> Iterator[list[Item]]:
    """Yield what the readers read, some hundred items at a time, in no order; `workers` of them read at once.

    A reader's error ends it all and is raised here; leaving early stops the readers.
    """
    queue: Queue[list[Item] | BaseException | None] = Queue(maxsize=2 * workers)
    stopped = Event()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for reader in readers:
                pool.submit(_read, reader, queue, stopped)
            left = len(readers)
            while left:
                found = queue.get()
                if isinstance(found, BaseException):
                    raise found
                if found is None:
                    left -= 1
                else:
                    yield found
        finally:
            stopped.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _read(reader: Reader[Item], queue: Queue[list[Item] | BaseException | None], stopped: Event) -> None:
    try:
        some: list[Item] = []
        for item in reader():
            some.append(item)
            if len(some) == _TOGETHER:
                _put(queue, some, stopped)
                some = []
            if stopped.is_set():
                return
        _put(queue, some, stopped)
        _put(queue, None, stopped)
    except BaseException as error:  # noqa: BLE001 - raised again by the one who reads the queue
        _put(queue, error, stopped)


def _put(
    queue: Queue[list[Item] | BaseException | None], item: list[Item] | BaseException | None, stopped: Event
) -> None:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=_LOOK_SECONDS)
        except Full:
            continue
        return
