"""Engines without a model, for tests of the server."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.generation import Generation
from note_summarizer.long_notes.read_note import NoteSummary

ARTIFACT = ModelArtifact(
    folder=Path(), name="echo", version="1", sha256="0" * 64, max_input_tokens=100, max_output_tokens=50, beam_size=2
)


def summary_of(text: str) -> NoteSummary:
    """The summary of a short note."""
    return NoteSummary(summary_text=text, parts=1, input_tokens=1, passes=1, dropped_characters=0, dropped_statements=0)


class EchoEngine:
    """Answers with how long the note is and with how many beams it searched; fails at notes that say so.

    Attributes:
        broken: it fails at every note.
        alive: its workers run.
    """

    alive = True

    def __init__(self) -> None:
        self.artifact = ARTIFACT
        self.broken = False
        self.submitted = 0

    def submit(self, note: str, generation: Generation | None = None) -> Future[NoteSummary]:
        self.submitted += 1
        future: Future[NoteSummary] = Future()
        self.settle(future, note, generation or Generation.of(self.artifact))
        return future

    def settle(self, future: Future[NoteSummary], note: str, generation: Generation) -> None:
        if self.broken or "explode" in note:
            future.set_exception(RuntimeError(f"cannot read {note}"))
        else:
            future.set_result(summary_of(f"{len(note)} {generation.beam_size}"))


class HeldEngine(EchoEngine):
    """Keeps notes until it is let go on, but for the server's own tries."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def settle(self, future: Future[NoteSummary], note: str, generation: Generation) -> None:
        if note == "Fever.":
            super().settle(future, note, generation)
        else:
            threading.Thread(target=self._settle_later, args=(future, note, generation), daemon=True).start()

    def _settle_later(self, future: Future[NoteSummary], note: str, generation: Generation) -> None:
        self.go.wait()
        if future.set_running_or_notify_cancel():
            super().settle(future, note, generation)
