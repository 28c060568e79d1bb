"""Saving the result: a checkpoint for transformers that is also a served artifact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from note_summarizer.artifact import ModelArtifact, SummaryStyle
from note_summarizer.resolve_model import describe_checkpoint
from note_summarizer.training.choose_settings import Settings


def save_model(
    model: Any, tokenizer: Any, settings: Settings, folder: Path, *, name: str, style: SummaryStyle
) -> ModelArtifact:
    """Write configuration, weights, generation settings, tokenizer and description into a folder.

    Adapters are merged into the weights, so that whatever serves the base model serves the result.
    """
    model = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    model.config.use_cache = True
    generation = model.generation_config
    generation.max_length, generation.max_new_tokens = None, settings.max_output_tokens
    generation.num_beams = settings.beams
    tokenizer.model_max_length = settings.max_input_tokens
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    found = describe_checkpoint(folder, name, version="1")
    artifact = replace(found, max_input_tokens=settings.max_input_tokens, style=style)
    artifact.write()
    return artifact
