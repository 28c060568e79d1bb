"""Facts: what one sentence of a note says, and what of it belongs into the summary."""

from __future__ import annotations

from dataclasses import dataclass

from note_summarizer.synthetic.fact_kinds import KINDS, NoteDraw
from note_summarizer.synthetic.phrases import templates
from note_summarizer.synthetic.summary_style import Category, Item
from note_summarizer.synthetic.surface import fill, write_sentence


@dataclass(frozen=True)
class Fact:
    """One realised fact: its kind, its sentence in the note, and its items in the summary."""

    kind: str
    sentence: str
    items: tuple[Item, ...]


class FactWriter(NoteDraw):
    """Realises the facts of one note, kinds as in `KINDS`."""

    def write(self, kind: str, style: str) -> Fact:
        """Draw a template of the style and entities for the kind, and realise them."""
        template = self.rng.choice(templates(kind, style, self.draw.split))
        template, _, short = template.partition("=>")
        slots, items = KINDS[kind](self)
        if short:
            items = [Item(Category.COURSE, fill(short.strip(), slots, self.rng))]
        sentence = write_sentence(template.strip(), slots, self.rng, style)
        return Fact(kind, sentence, tuple(items))
