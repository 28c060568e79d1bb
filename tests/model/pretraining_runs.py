"""Small pretraining runs: a file of synthetic notes, and options that finish in a second or two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from note_summarizer.demo.data import draw_pairs
from note_summarizer.pretraining.options import PretrainOptions, parse_pretrain_options

STEPS = 6


def write_notes(path: Path, count: int = 60, seed: int = 3) -> Path:
    notes = [pair.note for pair in draw_pairs(seed, "train", count, (0.2, 0.5))]
    path.write_text("".join(json.dumps({"note": note}) + "\n" for note in notes), "utf-8")
    return path


def small_options(notes: Path, **more: Any) -> PretrainOptions:
    small = {
        "size": "tiny",
        "steps": STEPS,
        "max_input_tokens": 128,
        "tokens_per_batch": 400,
        "held_out": 0.1,
        "threads": 1,
    }
    return parse_pretrain_options({"notes": [str(notes)], **small, **more})
