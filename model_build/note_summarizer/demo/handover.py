"""Pairs in a style that the demonstration model has not seen: sentences for a handover, to try fine-tuning on.

The notes come from the validation split, whose phrases and entities the model has not been trained on either.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from note_summarizer.synthetic.summary_style import Category, Item, join_with_and
from note_summarizer.synthetic.write_note import NotePair, write_pair

HEADER = ("note_id", "patient_id", "note", "summary")
_SENTENCES = {
    Category.DIAGNOSIS: "The patient is under our care for {}.",
    Category.COMPLAINT: "The main complaint is {}.",
    Category.FINDING: "On examination there is {}.",
    Category.LAB: "The laboratory reports {}.",
    Category.HISTORY: "The background includes {}.",
    Category.ALLERGY: "Please note: {}.",
    Category.TREATMENT: "The patient has received {}.",
    Category.PROCEDURE: "The procedure was {}.",
    Category.COURSE: "So far: {}.",
    Category.VITAL_SIGN: "The last vital signs were {}.",
}
_NOTHING = "There is nothing to hand over."
_NOTES_PER_PATIENT = 2


def handover_summary(items: Iterable[Item]) -> str:
    """Return a sentence for each category of items, in the order of the categories."""
    by_category: dict[Category, dict[str, None]] = {}
    for item in sorted(items, key=lambda item: item.category):
        by_category.setdefault(item.category, {})[item.text] = None
    return " ".join(_SENTENCES[c].format(join_with_and(list(texts))) for c, texts in by_category.items()) or _NOTHING


def draw_handovers(seed: int, count: int) -> list[tuple[NotePair, str]]:
    """Return notes with their handover summaries; the same seed gives the same ones."""
    rng = Random(f"handover-{seed}")
    pairs = [write_pair(rng, "validation", rng.uniform(0.3, 0.7)) for _ in range(count)]
    return [(pair, handover_summary(pair.filed)) for pair in pairs]


def write_handovers(path: Path, seed: int, count: int) -> None:
    """Write them as CSV, two notes for each invented patient."""
    rows: Sequence[tuple[NotePair, str]] = draw_handovers(seed, count)
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(HEADER)
        for number, (pair, summary) in enumerate(rows):
            table.writerow([f"H-{number + 1:03}", f"P-{number // _NOTES_PER_PATIENT + 1:03}", pair.note, summary])
