"""Invented notes of about a thousand bytes, as many as wanted, written straight to disk."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

_SENTENCES = (
    "Fever and cough for {n} days, worse at night.",
    "Denies chest pain, HR {m}, BP 128/84.",
    "Started on amoxicillin 500 mg three times a day.",
    "Lungs clear on the right, crackles at the left base.",
    "CT head shows no acute bleed.",
    "Family aware of the plan and agrees with it.",
    "Walks with a frame, steady, no falls this week.",
    "Pain {n} out of 10 after the second dose.",
)
_SENTENCES_OF_A_NOTE = 19
_TEXTS = 997


def note_lines(count: int) -> Iterator[bytes]:
    """Yield lines of a JSON Lines file; the same ones every time."""
    chance = random.Random(11)
    texts = [
        " ".join(chance.choice(_SENTENCES) for _ in range(_SENTENCES_OF_A_NOTE)).format(n=number % 9 + 1, m=60 + number)
        for number in range(_TEXTS)
    ]
    for number in range(count):
        record = {
            "note_id": f"N{number}",
            "patient_id": f"P{number // 8}",
            "note": f"{texts[number % _TEXTS]} {number}",
        }
        yield json.dumps(record).encode() + b"\n"


def write_notes(path: Path, count: int) -> int:
    """Write a file of so many notes; return its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(note_lines(count))
    return path.stat().st_size
