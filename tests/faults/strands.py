"""Invocations that run at once: each in a thread, of which one at a time moves, from AWS call to AWS call."""

import threading
from collections.abc import Callable
from typing import Any

from tests.faults.calls import ProcessDied


class Invocation:
    """One run of a handler; `step` lets it go on until its next AWS call, or its end."""

    def __init__(self, function: str, run: Callable[[], Any], ended: Callable[["Invocation"], None]) -> None:
        self.function, self.is_dead, self.has_ended = function, False, False
        self.answer: Any = None
        self.error: BaseException | None = None
        self.asked: list[str] = []
        self.is_faulted = False
        self._run, self._ended = run, ended
        self._go, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    def run_alone(self) -> None:
        """Run to the end, with nothing in between."""
        self._work()
        self._ended(self)

    def step(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work_and_tell, daemon=True)
            self._thread.start()
        else:
            self._go.release()
        self._back.acquire()
        if self.has_ended:
            self._thread.join()
            self._ended(self)

    def pause(self) -> None:
        """Let the others go on; called where an AWS call is made."""
        if self._thread is not None:
            self._back.release()
            self._go.acquire()

    def die(self) -> None:
        self.is_dead = True
        raise ProcessDied

    def _work_and_tell(self) -> None:
        self._work()
        self._back.release()

    def _work(self) -> None:
        try:
            self.answer = self._run()
        except (Exception, ProcessDied) as error:  # noqa: BLE001 - as Lambda: whatever is raised is the invocation's end
            self.error = error
        self.has_ended = True
