"""What a model's training took, as a file beside it: the comparison and the model card read it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from note_summarizer.errors import DataError

RECORD = "training.json"


@dataclass(frozen=True)
class TrainingRecord:
    """What a training took.

    Attributes:
        cpu_minutes: processor minutes, pretraining included.
        objective: what the first share of the time was spent on; "none" for nothing.
        examples: of pairs, drills and the objective, as often as they were seen.
        tokens: read and said, without padding.
    """

    architecture: str
    parameters: int
    objective: str
    cpu_minutes: float
    steps: int
    examples: int
    tokens: int

    def write(self, folder: Path) -> None:
        """Write the record into a model's folder."""
        (folder / RECORD).write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def read_record(folder: Path) -> TrainingRecord:
    """Return the record in a model's folder.

    Raises:
        DataError: there is none, or it is not one.
    """
    path = folder / RECORD
    try:
        return TrainingRecord(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{path} does not say what the training took: serve the model again.") from error
