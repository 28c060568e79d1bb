"""What a run ended with, and the one JSON object that `--json` prints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chartbrief.books import Books
from chartbrief.results import NoteResult


@dataclass(frozen=True)
class RunReport:
    """A finished run. `seconds` counts from the first drop to the last file written; starting up comes before it.

    Attributes:
        steps: `seconds` by what was done, as `time_split` divides them.
        ignored: what the files hold that tells no story, by kind; it is not in the books.
    """

    books: Books
    notes: tuple[NoteResult, ...]
    seconds: float
    startup_seconds: float
    output: Path
    logs: Path
    dead_letters: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def notes_per_second(self) -> float:
        """Received records per second."""
        return self.books.received / self.seconds if self.seconds > 0 else 0.0

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "received": self.books.received,
            "summarized": self.books.summarized,
            "quarantined": self.books.quarantined,
            "duplicate": self.books.duplicate,
            "superseded": self.books.superseded,
            "pending": self.books.pending,
            "ignored": dict(self.ignored),
            "seconds": round(self.seconds, 3),
            "notes_per_second": round(self.notes_per_second, 3),
            "steps": {step: round(seconds, 3) for step, seconds in self.steps.items()},
            "output": str(self.output),
            "notes": [note.model_dump(mode="json") for note in self.notes],
        }
