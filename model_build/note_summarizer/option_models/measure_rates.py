"""How many tokens a second each model learns from on this machine's core; what `tokens_per_second` of a recipe is.

The models take turns, batch by batch, and of several rounds the fastest counts: what else the machine does hits all
alike, and least of all the fastest.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from note_summarizer.demo.muon import MuonWithAdamW
from note_summarizer.demo.tokenizer import load_tokenizer
from note_summarizer.option_models.build import asks_of
from note_summarizer.option_models.learn import step
from note_summarizer.option_models.lessons import Batch, Course, prepare
from note_summarizer.option_models.recipes import Recipe
from note_summarizer.option_models.shapes import new_model

_BATCHES, _ROUNDS = 3, 3


@dataclass
class _Learner:
    model: Any
    optimizer: Any
    asks: list[int] | None
    batches: list[tuple[float, list[Batch]]]

    def seconds(self, course: int) -> float:
        """Learn from a course's batches; return processor seconds."""
        began = time.process_time()
        for batch in self.batches[course][1]:
            step(self.model, self.optimizer, batch, self.asks)
        return time.process_time() - began


def tokens_per_second(recipes: Sequence[Recipe], run_dir: Path) -> dict[str, float]:
    """Return by option what a processor second is worth over the whole curriculum; no training is touched."""
    torch.set_num_threads(1)
    learners = {recipe.option: _learner(recipe, run_dir) for recipe in recipes}
    fastest: dict[tuple[str, int], float] = {}
    for _ in range(_ROUNDS):
        for course in range(max(len(learner.batches) for learner in learners.values())):
            for option, learner in learners.items():
                if course < len(learner.batches):
                    took = learner.seconds(course)
                    fastest[option, course] = min(took, fastest.get((option, course), took))
    return {option: _rate(learner, option, fastest) for option, learner in learners.items()}


def _rate(learner: _Learner, option: str, fastest: dict[tuple[str, int], float]) -> float:
    seconds = 0.0
    for course, (share, batches) in enumerate(learner.batches):
        tokens = sum(len(read) + len(said) for batch in batches for read, said in batch)
        seconds += share * fastest[option, course] / tokens
    return 1 / seconds


def _learner(recipe: Recipe, run_dir: Path) -> _Learner:
    tokenizer_json, courses = prepare(recipe, run_dir)
    tokenizer = load_tokenizer(tokenizer_json)
    model = new_model(recipe, tokenizer.get_vocab_size()).train()
    optimizer = MuonWithAdamW(model, recipe.rate, recipe.rate / 2, weight_decay=0.01, scales=recipe.scales)
    starts = [0.0, *(course.until for course in courses)]
    shares = [course.until - start for course, start in zip(courses, starts, strict=False)]
    return _Learner(model, optimizer, asks_of(recipe, tokenizer), list(zip(shares, map(_drawn, courses), strict=True)))


def _drawn(course: Course) -> list[Batch]:
    """Batches from all over a course."""
    lines = course.batches.read_text("utf-8").splitlines()
    places = [len(lines) * (2 * number + 1) // (2 * _BATCHES) for number in range(_BATCHES)]
    return [json.loads(lines[place]) for place in places]
