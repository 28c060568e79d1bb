"""A system's answers, note by note, with what each took and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

# There is no answer: codes of our own, beside those of dialects (`Refused`, `MalformedAnswer`, `EmptyAnswer`) and of
# services (`ModelError` ...).
EMPTY, TIMED_OUT, NO_ANSWER = "EmptyAnswer", "TimedOut", "NoAnswer"


@dataclass(frozen=True)
class NoteAnswer:
    """What a system made of one note.

    Attributes:
        text: the summary; empty if there is none.
        failure: code of why there is none; empty if there is one.
        seconds: from asking to the answer, with waits and second tries.
        input_tokens, output_tokens: as the service counted them, over all parts of the note.
        cost: US dollars, where a recorded file says so.
        parts: in how many parts the note was read.
        cut_off: the model ended some part for want of output tokens.
    """

    text: str = ""
    failure: str = ""
    seconds: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None
    parts: int = 1
    cut_off: bool = False


@dataclass(frozen=True)
class Answers:
    """All answers of a system, in the notes' order, and how they were got.

    Attributes:
        wall_seconds: from the first request to the last answer; nothing where that was not measured.
        concurrency: requests under way at once; 1 for one after another.
        alone_seconds: of notes asked one at a time, where `notes` do not say what each took.
        load_seconds, peak_bytes, cpu_seconds, identity: of a model that ran here.
        throttled: how often the service asked to slow down.
    """

    notes: tuple[NoteAnswer, ...]
    wall_seconds: float | None = None
    concurrency: int = 1
    alone_seconds: tuple[float, ...] = ()
    load_seconds: float = 0.0
    peak_bytes: int | None = None
    cpu_seconds: float | None = None
    identity: Mapping[str, str] | None = None
    throttled: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """The summaries, empty where there is none."""
        return tuple(note.text for note in self.notes)

    @property
    def failures(self) -> dict[str, int]:
        """How many notes have no answer, by code, the most frequent first."""
        return dict(Counter(note.failure for note in self.notes if note.failure).most_common())

    def failed_places(self, code: str) -> list[int]:
        """Return the places of the notes that failed so."""
        return [place for place, note in enumerate(self.notes) if note.failure == code]


def answered(text: str) -> NoteAnswer:
    """Return an answer that is only a text; one without any is a failure."""
    return NoteAnswer(text=text) if text.strip() else NoteAnswer(failure=EMPTY)
