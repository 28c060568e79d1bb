"""Invented pairs to judge on, and the demonstration model in both its forms."""

from __future__ import annotations

from chartbrief.cloud import CHECKOUT
from note_summarizer.demo.data import draw_pairs
from note_summarizer.pairs.pair import Pair

DEMO = CHECKOUT / "model_build" / "demo_model"
SERVED, CHECKPOINT = str(DEMO / "served"), str(DEMO / "checkpoint")


def pairs(count: int, seed: int = 5) -> list[Pair]:
    drawn = draw_pairs(seed, "test", count, (0.1, 0.3))
    return [Pair(pair.note, pair.summary, number, id=f"N{number}") for number, pair in enumerate(drawn, start=1)]
