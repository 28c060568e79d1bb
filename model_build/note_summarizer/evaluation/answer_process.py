"""A model's own process: reads notes from stdin, answers on stdout, and says what that took.

Each model answers in a fresh process, so that its peak memory and loading time are its own, and so that two models'
libraries never share one. Notes and answers go through pipes and touch no disk.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from note_summarizer.artifact import ModelArtifact
from note_summarizer.errors import ModelBuildError

if TYPE_CHECKING:
    from note_summarizer.engine import SummaryEngine

# A fast model gets ever larger shares, so that its batches are full; a slow one gives a sign of life after each.
_FIRST_SHARE, _SHARE_SECONDS = 8, 4.0


def main() -> None:
    """Answer one request: a line of JSON with `artifact`, `threads`, `notes` and `alone`; replies are lines of JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked is interrupted too, and ends this process
    # What libraries print must not mix with the answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        request = json.loads(sys.stdin.readline())
        try:
            for reply in _replies(request):
                _say(replies, reply)
        except ModelBuildError as error:
            _say(replies, {"error": str(error)})


def _replies(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    started = time.perf_counter()
    # Imported here: it is part of what loading this model takes.
    from note_summarizer.engine import SummaryEngine

    described = request["artifact"]
    engine = SummaryEngine.open(ModelArtifact(**{**described, "folder": Path(described["folder"])}), request["threads"])
    loaded, cpu = time.perf_counter(), time.process_time()
    yield from _answers(engine, request["notes"])
    costs = {
        "seconds": time.perf_counter() - loaded,
        "load_seconds": loaded - started,
        "cpu_seconds": time.process_time() - cpu,
    }
    alone = [_seconds(engine, note) for note in request["notes"][: request["alone"]]]
    yield {**costs, "peak_bytes": peak_bytes(), "alone_seconds": alone}


def _seconds(engine: SummaryEngine, note: str) -> float:
    """Return how long one note takes that is asked alone."""
    begun = time.perf_counter()
    engine.summarize([note])
    return time.perf_counter() - begun


def _answers(engine: SummaryEngine, notes: Sequence[str]) -> Iterator[dict[str, Any]]:
    start, size, asking = 0, _FIRST_SHARE, os.getppid()
    # Whoever asked may have been killed: then nobody reads the rest.
    while start < len(notes) and os.getppid() == asking:
        begun = time.perf_counter()
        found = engine.summarize(notes[start : start + size])
        yield {"answers": [answer.summary_text for answer in found], "parts": [answer.parts for answer in found]}
        start += size
        size *= 2 if time.perf_counter() - begun < _SHARE_SECONDS else 1


def _say(replies: IO[str], reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


def peak_bytes() -> int:
    """Return the most memory that this process held at any time (resident set).

    On Linux `ru_maxrss` survives exec: a child of a big process would be told its parent's size. VmHWM is of the
    program that runs now.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii")
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
