"""Invented notes that every package has to answer before it counts; nobody's record; pure."""

from __future__ import annotations

_SHORT = (
    "62 year old woman with chest pain since this morning. HR 120, BP 170/95. Given aspirin 325 mg. Cardiology called.",
    "Dictation: Patient has fever of 38.9 and productive cough. Chest x-ray shows pneumonia in the left lower lobe. "
    "Started ceftriaxone and azithromycin. Oxygen at 2 liters. Wife was updated.",
)
_DAY = "Day {day}: fever of 38.{tenth}, cough, RR {rate}. Given ceftriaxone {day} g. Ambulated {rate} feet."
# No tokenizer needs less than a token for each of its words.
_WORDS = len(_DAY.split())


def sample_notes(max_input_tokens: int) -> tuple[str, ...]:
    """Return the notes; the last one is longer than the model's input."""
    days = max_input_tokens // _WORDS + 1
    long = "\n".join(_DAY.format(day=day, tenth=day % 10, rate=12 + day % 9) for day in range(1, days + 1))
    return (*_SHORT, long)
