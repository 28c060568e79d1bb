"""Copying drills: random pieces to be copied or skipped, by the mark before them.

Nothing about random pieces can be guessed, so the only way to lower the loss is to learn to copy. A few minutes of
drills before the first note, and a drill now and then among the notes, do what hours of notes alone do not: on notes,
a small model at first prefers to recall something similar that it has seen.
"""

from __future__ import annotations

from random import Random

from tokenizers import Tokenizer

Example = tuple[list[int], list[int]]
_EOS, _FIRST_PIECE = 1, 3
_COPIED_SHARE = 0.6
_LONGEST_SEGMENT = 6


def copy_drill(tokenizer: Tokenizer, rng: Random, most_segments: int) -> Example:
    """Return one drill: segments marked ":" or ";", and those marked ":" joined by commas, closed by a period."""
    keep, skip, comma, period = (tokenizer.encode(mark, add_special_tokens=False).ids[-1] for mark in ":;,.")
    inputs: list[int] = []
    labels: list[int] = []
    for _ in range(rng.randint(1, most_segments)):
        length = rng.randint(1, _LONGEST_SEGMENT)
        segment = [rng.randrange(_FIRST_PIECE, tokenizer.get_vocab_size()) for _ in range(length)]
        copied = rng.random() < _COPIED_SHARE
        inputs += [keep if copied else skip, *segment]
        if copied:
            labels += [comma, *segment] if labels else segment
    return [*inputs, _EOS], [*labels, period, _EOS]
