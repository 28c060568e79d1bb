"""A few invented pairs, each many times in a file, and settings with which a tiny checkpoint learns them by heart."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.model.causal_checkpoints import CAUSAL_WRITERS
from tests.model.seq2seq_checkpoints import write_t5
from tests.model.training_runs import run_training

from note_summarizer.training.train_model import Run

PAIRS = [
    ("Cough and fever for three days, lungs clear.", "Cough, fever."),
    ("Fell on the left wrist, swollen and tender.", "Left wrist injury."),
    ("Chest pain radiating to the arm, ECG normal.", "Chest pain, normal ECG."),
    ("Headache since Monday, no vomiting, neck supple.", "Headache."),
    ("Knee pain after running, no effusion.", "Knee pain."),
]
REPEATED = 6
LESSONS: dict[str, dict[str, Any]] = {
    "gpt2": {"epochs": 25, "learning_rate": 3e-3},
    "bloom": {"epochs": 40, "learning_rate": 4e-3},
    "flan-t5": {"epochs": 25, "learning_rate": 5e-3},
}
# The other tests' T5 has weights that are far apart, from which it learns slowly.
_BEGINNINGS = {**CAUSAL_WRITERS, "flan-t5": lambda folder: write_t5(folder, gated=True, spread=1.0)}
PLAIN = {"label_smoothing": 0.0, "dropout": 0.0, "repetition_penalty": 1.0, "optimizer": "AdamW", "precision": "fp32"}


def write_repeated(path: Path, before: str = "", repeated: int = 1) -> Path:
    """Write the pairs, each so many times, with a text before each note."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["note", "summary"])
        rows.writerows([(before + note, summary) for note, summary in PAIRS] * repeated)
    return path


def learnt(folder: Path, family: str, **options: Any) -> Run:
    """Write a tiny checkpoint of a family, and train it until it says the pairs' summaries."""
    checkpoint = _BEGINNINGS[family](folder / "checkpoint")
    data = {
        "train": write_repeated(folder / "train.csv", repeated=REPEATED),
        "validation": write_repeated(folder / "validation.csv", "- "),
        "test": write_repeated(folder / "test.csv", "Now: "),
    }
    files = {name: str(path) for name, path in data.items()}
    settings = {**PLAIN, **LESSONS[family], **files, "batch_size": 6, "max_output_tokens": 24, **options}
    return run_training(folder / "run", checkpoint=str(checkpoint), **settings)


def answers(summarize: Any, notes: Sequence[str] | None = None) -> list[str]:
    """Return what is said of the pairs' notes."""
    return [found.summary_text for found in summarize(notes or [note for note, _ in PAIRS])]
