"""Composing whole notes: which facts a type of note holds, in what order, laid out how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from note_summarizer.synthetic.entities import EntityDraw
from note_summarizer.synthetic.facts import Fact, FactWriter
from note_summarizer.synthetic.note_types import NOTE_TYPES
from note_summarizer.synthetic.partition import Split
from note_summarizer.synthetic.phrases import STYLES, headers
from note_summarizer.synthetic.summary_style import Item, write_summary

_STYLE_WEIGHTS = {"prose": 5, "terse": 3, "dictated": 2, "section": 2}
_SPEAKERS = ("[Clinician]", "Nurse:", "Dictating:", "RN:", "[Nurse]", "Dr.:")


@dataclass(frozen=True)
class NotePair:
    """A synthetic note, its summary, and what a copy check looks for in an answer: its items, and their entities.

    Attributes:
        filed: the items with their categories, in the note's order, for summaries in another style.
    """

    note_type: str
    note: str
    summary: str
    items: tuple[str, ...]
    entities: tuple[str, ...]
    filed: tuple[Item, ...] = ()


def write_pair(rng: Random, split: Split, richness: float = 1.0) -> NotePair:
    """Write one note and its summary from the phrases and entities of a split.

    Args:
        richness: scales how many facts a note holds; 1.0 is a whole note, 0.3 a line or two.
    """
    note_type = rng.choice(tuple(NOTE_TYPES))
    style = rng.choices(tuple(_STYLE_WEIGHTS), tuple(_STYLE_WEIGHTS.values()))[0]
    draw = EntityDraw(rng, split, made_up_odds=0.3 if split == "train" else 0.0)
    writer = FactWriter(draw)
    facts = [_write_fact(writer, kind, style) for kind in _choose_kinds(rng, note_type, richness)]
    items = [item for fact in facts for item in fact.items]
    summary = write_summary(items)
    return NotePair(
        note_type,
        _lay_out(rng, note_type, style, facts),
        summary,
        tuple(dict.fromkeys(i.text for i in items)),
        tuple(dict.fromkeys(entity for i in items for entity in i.entities)),
        tuple(items),
    )


def _write_fact(writer: FactWriter, kind: str, style: str) -> Fact:
    # One in five sentences strays from the note's style, as real notes do.
    return writer.write(kind, style if writer.rng.random() < 0.8 else writer.rng.choice(STYLES))


def _choose_kinds(rng: Random, note_type: str, richness: float) -> list[str]:
    scale = richness * rng.uniform(0.35, 1.25)
    kinds = [kind for kind, odds in NOTE_TYPES[note_type] if rng.random() < odds * scale]
    if rng.random() < 0.25:
        rng.shuffle(kinds)
    elif len(kinds) > 2 and rng.random() < 0.4:
        kinds.append(kinds.pop(rng.randrange(len(kinds))))
    return kinds or [rng.choice([kind for kind, odds in NOTE_TYPES[note_type] if odds >= 0.4])]


def _lay_out(rng: Random, note_type: str, style: str, facts: Sequence[Fact]) -> str:
    if style == "section":
        return "\n".join(_headed(rng, note_type, fact) for fact in facts)
    sentences = [_close(rng, fact.sentence, style) for fact in facts]
    if style == "dictated":
        return _turns(rng, sentences)
    if rng.random() < 0.08:
        return "\n".join(f"- {sentence}" for sentence in sentences)
    return "".join(sentence + _joiner(rng, sentence) for sentence in sentences).strip(" ,;\n")


def _joiner(rng: Random, sentence: str) -> str:
    return rng.choice((" ", " ", " ", "\n") if sentence.endswith((".", "!", "?")) else (", ", "; ", "\n", ". "))


def _headed(rng: Random, note_type: str, fact: Fact) -> str:
    choices = headers(note_type).get(fact.kind, ())
    sentence = _close(rng, fact.sentence, "section")
    if not choices or ":" in sentence.split(" ")[0] or rng.random() < 0.3:
        return sentence
    return f"{rng.choice(choices)}:{rng.choice((' ', chr(10)))}{sentence}"


def _close(rng: Random, sentence: str, style: str) -> str:
    sentence = sentence[:1].upper() + sentence[1:]
    if sentence.endswith((".", "!", "?")) or (style in ("section", "terse") and rng.random() < 0.4):
        return sentence
    return f"{sentence}."


def _turns(rng: Random, sentences: Sequence[str]) -> str:
    speaker = rng.choice(_SPEAKERS) if rng.random() < 0.5 else ""
    turns: list[str] = []
    for sentence in sentences:
        if not turns or rng.random() < 0.25:
            turns.append(f"{speaker} {sentence}".strip())
        else:
            turns[-1] += f" {sentence}"
    return "\n\n".join(turns)
