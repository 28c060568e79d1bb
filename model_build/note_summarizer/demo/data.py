"""Training batches: copying drills, then synthetic notes; drawn, tokenized and packed ahead, short notes first.

Short notes are cheap and teach the same things, so the first part of training sees notes of a line or two and the
rest sees whole notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tokenizers import Tokenizer

from note_summarizer.demo.drills import Example, copy_drill
from note_summarizer.synthetic.partition import Split
from note_summarizer.synthetic.write_note import NotePair, write_pair

MAX_INPUT_TOKENS = 384
MAX_OUTPUT_TOKENS = 192


@dataclass(frozen=True)
class Phase:
    """One stretch of the curriculum: how many pairs, how rich their notes are (1.0 = whole notes), batch size.

    Attributes:
        drills: copying drills instead of (no richness) or among the notes, each of at most `drill_segments` segments.
    """

    pairs: int
    richness: tuple[float, float]
    tokens_per_batch: int
    drills: int = 0
    drill_segments: int = 12


def draw_pairs(seed: int, split: Split, count: int, richness: tuple[float, float] = (0.5, 1.2)) -> Iterator[NotePair]:
    """Yield `count` note-summary pairs of a split; the same seed yields the same pairs."""
    rng = Random(f"{split}-{seed}")  # a string seed is hashed the same way in every process
    for _ in range(count):
        yield write_pair(rng, split, rng.uniform(*richness))


def tokenized(tokenizer: Tokenizer, pairs: Sequence[NotePair]) -> list[Example]:
    """Return (input ids, label ids) of the pairs that fit the model; longer ones are left out, never cut."""
    notes = tokenizer.encode_batch([pair.note for pair in pairs])
    summaries = tokenizer.encode_batch([pair.summary for pair in pairs])
    fits = (
        (note.ids, summary.ids)
        for note, summary in zip(notes, summaries, strict=True)
        if len(note.ids) <= MAX_INPUT_TOKENS and len(summary.ids) <= MAX_OUTPUT_TOKENS
    )
    return list(fits)


def pack(examples: Sequence[Example], tokens_per_batch: int, rng: Random, window: int = 2048) -> list[list[Example]]:
    """Group examples of similar length into batches of about `tokens_per_batch` padded input tokens.

    Sorting happens within windows and the batches of a window are shuffled, so that the order over the whole run stays
    the curriculum's.
    """
    batches: list[list[Example]] = []
    for start in range(0, len(examples), window):
        ordered = sorted(examples[start : start + window], key=lambda pair: (len(pair[0]), len(pair[1])))
        packed = list(_packed(ordered, tokens_per_batch))
        rng.shuffle(packed)
        batches.extend(packed)
    return batches


def _packed(ordered: Sequence[Example], tokens_per_batch: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    for pair in ordered:
        if batch and (len(batch) + 1) * (len(pair[0]) + len(pair[1])) > tokens_per_batch:
            yield batch
            batch = []
        batch.append(pair)
    if batch:
        yield batch


def write_batches(path: Path, tokenizer: Tokenizer, phases: Sequence[Phase], seed: int) -> None:
    """Draw, tokenize and pack the whole curriculum into a JSON Lines file, one batch a line."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        for number, phase in enumerate(phases):
            for batch in phase_batches(phase, tokenizer, seed + number):
                file.write(json.dumps(batch) + "\n")
    partial.rename(path)


def phase_batches(phase: Phase, tokenizer: Tokenizer, seed: int) -> list[list[Example]]:
    """Return a phase's batches in order: the same pairs for the same seed, whatever the tokenizer."""
    rng = Random(seed)
    notes = pack(
        tokenized(tokenizer, list(draw_pairs(seed, "train", phase.pairs, phase.richness))), phase.tokens_per_batch, rng
    )
    examples = [copy_drill(tokenizer, rng, phase.drill_segments) for _ in range(phase.drills)]
    drills = pack(examples, phase.tokens_per_batch, rng)
    # Spread the drills evenly, each batch of either kind staying in its own order.
    marked = [(index / len(kind), batch) for kind in (notes, drills) if kind for index, batch in enumerate(kind)]
    return [batch for _, batch in sorted(marked, key=lambda pair: pair[0])]
