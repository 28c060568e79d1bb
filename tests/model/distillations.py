"""Tiny distillations: a task that a tiny model learns within seconds, a teacher that has learnt it, and small runs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from tests.model.seq2seq_checkpoints import write_pegasus
from tests.model.training_runs import Recorder, run_training

from note_summarizer.distillation.distill import distill
from note_summarizer.distillation.options import parse_distill_options
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.training.interruption import Interruption
from note_summarizer.training.train_model import Run

# What a note is about, and how it is summarized; the rest of a note is chatter.
FINDINGS = {
    "chest pain": "Suspected angina, ECG and troponin.",
    "wheeze": "Asthma, salbutamol given.",
    "fever": "Infection, blood cultures taken.",
    "rash": "Allergy, antihistamine given.",
    "headache": "Migraine, triptan given.",
    "ankle swelling": "Sprain, rest and ice.",
}
CHATTER = ("seen on the ward", "patient resting", "no change", "family at bedside", "slept well", "eating and drinking")
SETTINGS = {"batch_size": 8, "variants": 1, "threads": 1, "optimizer": "AdamW", "label_smoothing": 0.0, "dropout": 0.0}


def draw(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Notes and their summaries; no two notes of different seeds are the same."""
    rng = Random(seed)
    for number in range(count):
        said = rng.sample(CHATTER, 2)
        finding = list(FINDINGS)[number % len(FINDINGS)]
        said.insert(rng.randrange(3), finding)
        yield f"{', '.join(said)}, bed {seed} {number}", FINDINGS[finding]


def write_pairs(path: Path, count: int, seed: int, columns: Sequence[str] = ("note", "summary")) -> Path:
    """Write pairs, or notes alone, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        rows.writerows(pair[: len(columns)] for pair in draw(count, seed))
    return path


def write_untrained(folder: Path) -> Path:
    """A tiny Pegasus with three decoder layers that can learn."""
    made = write_pegasus(folder.with_name(f"{folder.name}-files"))
    config = load_model(str(made)).config
    config.update({"decoder_layers": 3, "init_std": 0.06})
    torch.manual_seed(2)
    model = type(load_model(str(made)))(config)
    model.generation_config.update(num_beams=2, max_length=24, forced_eos_token_id=1)
    model.save_pretrained(folder)
    load_tokenizer(str(made)).save_pretrained(folder)
    return folder


def train_teacher(folder: Path, epochs: int) -> Run:
    """Train a teacher on the task; the run's folder is what a distillation takes."""
    files = {
        "train": write_pairs(folder / "taught.csv", 300, 1),
        "validation": write_pairs(folder / "looked.csv", 6, 2),
    }
    start = write_untrained(folder / "untrained")
    options = {**SETTINGS, **{name: str(path) for name, path in files.items()}, "checkpoint": str(start)}
    return run_training(folder / "teacher", epochs=epochs, learning_rate=4e-3, **{**options, "max_output_tokens": 24})


def run_distillation(out: Path, reporter: Recorder | None = None, force: bool = False, **options: Any) -> Run:
    """Distil with small settings."""
    settings = {**SETTINGS, "epochs": 2, "max_output_tokens": 24, "learning_rate": 2e-3, **options}
    return distill(parse_distill_options(settings), out, reporter or Recorder(), Interruption(), force)
