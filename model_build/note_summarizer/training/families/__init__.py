"""How each family of models is taught: what a pair becomes, how long it may be, and what is computed from it."""

from __future__ import annotations

from note_summarizer.artifact import CAUSAL, Family
from note_summarizer.training.families.decoder import Decoder
from note_summarizer.training.families.encoder_decoder import EncoderDecoder
from note_summarizer.training.families.family import TrainingFamily

__all__ = ["TrainingFamily", "training_family"]


def training_family(family: Family) -> TrainingFamily:
    """Return how models of a family are taught."""
    return Decoder() if family == CAUSAL else EncoderDecoder()
