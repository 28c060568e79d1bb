"""What a recipe learns from, in order: tokenized, packed and written once; equal pairs for every tokenizer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from tokenizers import Tokenizer

from note_summarizer.demo.data import draw_pairs, pack, phase_batches
from note_summarizer.demo.drills import Example
from note_summarizer.demo.recipe import tokenizer_texts
from note_summarizer.demo.tokenizer import load_tokenizer, train_tokenizer
from note_summarizer.option_models.byte_pieces import train_byte_tokenizer
from note_summarizer.option_models.objectives import MARKS, examples_of
from note_summarizer.option_models.recipes import (
    LESSONS,
    PRETRAINING_BATCH,
    PRETRAINING_NOTES,
    PRETRAINING_RICHNESS,
    PRETRAINING_SHARE,
    SEED,
    VOCABULARY,
    Recipe,
)

Batch = list[Example]


@dataclass(frozen=True)
class Course:
    """One lesson of a recipe as it is held.

    Attributes:
        until: share of the whole time at which it ends.
        batches: its file, a batch a line.
        summarizes: what is learnt is to summarize (or to copy), and not the family's own objective.
    """

    name: str
    until: float
    batches: Path
    summarizes: bool


def prepare(recipe: Recipe, folder: Path) -> tuple[Path, list[Course]]:
    """Train the tokenizer and write the batches, if they are not there; return the tokenizer's file and the courses.

    Args:
        folder: of all recipes; those with the same tokenizer share it and its batches.
    """
    own = folder / ("bytes" if recipe.causal else "pieces")
    own.mkdir(parents=True, exist_ok=True)
    tokenizer_json = own / "tokenizer.json"
    if not tokenizer_json.exists():
        _train_tokenizer(recipe, tokenizer_json)
    tokenizer = load_tokenizer(tokenizer_json)
    return tokenizer_json, list(_courses(recipe, own, tokenizer))


def _train_tokenizer(recipe: Recipe, path: Path) -> None:
    draft = path.with_suffix(".partial")
    if recipe.causal:
        train_byte_tokenizer(tokenizer_texts(), draft, VOCABULARY)
    else:
        train_tokenizer(tokenizer_texts(), draft, VOCABULARY, MARKS)
    draft.rename(path)


def _courses(recipe: Recipe, own: Path, tokenizer: Tokenizer) -> Iterator[Course]:
    start = 0.0
    if recipe.objective != "none":
        start = PRETRAINING_SHARE
        path = own / f"{recipe.objective}.jsonl"
        _write_once(path, partial(_pretraining, recipe, tokenizer))
        yield Course(recipe.objective, start, path, summarizes=False)
    until = start
    for number, lesson in enumerate(LESSONS):
        path = own / f"{lesson.name}.jsonl"
        _write_once(path, partial(phase_batches, lesson.phase, tokenizer, SEED + number))
        until += lesson.share * (1 - start)
        yield Course(lesson.name, until, path, summarizes=True)


def _pretraining(recipe: Recipe, tokenizer: Tokenizer) -> list[Batch]:
    notes = [pair.note for pair in draw_pairs(SEED + 500, "train", PRETRAINING_NOTES, PRETRAINING_RICHNESS)]
    examples = examples_of(recipe.objective, tokenizer, notes, SEED)
    return pack(examples, PRETRAINING_BATCH, Random(SEED))


def _write_once(path: Path, batches: Callable[[], Sequence[Batch]]) -> None:
    if path.exists():
        return
    draft = path.with_suffix(".partial")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(batch) + "\n" for batch in batches())
    draft.rename(path)
