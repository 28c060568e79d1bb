"""The real server over an engine without a model, as a process: `python toy_served_engine.py PORT [option=value ...]`.

Options: load (seconds that loading takes; `fail` fails it), note (seconds a note takes), grace (seconds), payload (MB),
concurrent (requests).
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from tests.unit.serving_engines import ARTIFACT, summary_of

from note_summarizer.generation import Generation
from note_summarizer.long_notes.read_note import NoteSummary
from note_summarizer.serving.limits import RequestLimits
from note_summarizer.serving.run_server import Address, run_server

_MOST_WAITING = 64


class ToyEngine:
    """Answers with the first twelve characters, by one worker, behind a queue of bounded length.

    A note that holds "die" ends the worker's ability to answer anything.
    """

    alive = True

    def __init__(self, seconds: float) -> None:
        self.artifact = ARTIFACT
        self._seconds, self._dead = seconds, False
        self._worker = ThreadPoolExecutor(1)
        self._room = threading.BoundedSemaphore(_MOST_WAITING)

    def submit(self, note: str, generation: Generation | None = None) -> Future[NoteSummary]:
        self._room.acquire()
        future = self._worker.submit(self._summarize, note)
        future.add_done_callback(lambda _: self._room.release())
        return future

    def _summarize(self, note: str) -> NoteSummary:
        self._dead = self._dead or "die" in note
        if self._dead or "explode" in note:
            raise RuntimeError(f"cannot summarize {note}")
        if note != "Fever.":
            time.sleep(self._seconds)
        return summary_of(note[:12])


def main(port: str, *options: str) -> int:
    """Serve; return the exit status."""
    given = dict(option.split("=") for option in options)

    def open_engine() -> ToyEngine:
        if given.get("load") == "fail":
            raise ValueError("model.bin is broken: package the model again.")
        time.sleep(float(given.get("load", 0)))
        return ToyEngine(float(given.get("note", 0)))

    limits = RequestLimits(int(given.get("payload", 6)), int(given.get("concurrent", 2)))
    return run_server(open_engine, Address("127.0.0.1", int(port)), limits, int(given.get("grace", 10)))


if __name__ == "__main__":
    status = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)
