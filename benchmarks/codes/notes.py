"""Synthetic notes whose diagnoses are known, each with a sentence of what the patient does not, or may, have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from note_summarizer.synthetic.entities import EntityDraw
from note_summarizer.synthetic.fact_kinds import KINDS, NoteDraw
from note_summarizer.synthetic.partition import Split
from note_summarizer.synthetic.phrases import STYLES, templates
from note_summarizer.synthetic.summary_style import Category, Item
from note_summarizer.synthetic.surface import write_sentence
from note_summarizer.synthetic.write_note import write_pair

# What a sentence of a kind says of the conditions that fill its slot.
SAID = {
    "denies": ("negated", "negated"),
    "diagnosis_excluded": ("negated", "negated"),
    "imaging_negative": ("negated", "negated"),
    "diagnosis_possible": ("possible", "dx"),
    "family": ("family", "family"),
}
_POSSIBLE = "possible "


@dataclass(frozen=True)
class Aside:
    """A sentence at the note's end whose conditions must not be coded, from `start` on, and what it says of them."""

    said: str
    conditions: str
    start: int


@dataclass(frozen=True)
class KnownNote:
    """A note, its reference summary, and the diagnoses and past conditions that it states."""

    note: str
    summary: str
    diagnoses: tuple[str, ...]
    history: tuple[str, ...]
    aside: Aside


def write_notes(split: Split, count: int, seed: int) -> Iterator[KnownNote]:
    """Write notes of a split's phrases and entities."""
    rng = Random(seed)
    for _ in range(count):
        pair = write_pair(rng, split)
        kind = rng.choice(tuple(SAID))
        slots, _items = KINDS[kind](NoteDraw(EntityDraw(rng, split)))
        style = rng.choice(STYLES)
        sentence = write_sentence(rng.choice(templates(kind, style, split)), slots, rng, style)
        said, slot = SAID[kind]
        if f"- {slots[slot]}" in sentence:
            # The generator also denies with a dash alone ("MRI brain - stroke"), just as it writes findings.
            said = "dash"
        note = f"{pair.note}\n{sentence}"
        aside = Aside(said, slots[slot], len(pair.note) + 1)
        yield KnownNote(note, pair.summary, _diagnoses(pair.filed), _history(pair.filed), aside)


def _diagnoses(items: tuple[Item, ...]) -> tuple[str, ...]:
    stated = (i.text for i in items if i.category is Category.DIAGNOSIS and not i.text.startswith(_POSSIBLE))
    return tuple(dict.fromkeys(stated))


def _history(items: tuple[Item, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for i in items if i.category is Category.HISTORY for each in i.entities))
