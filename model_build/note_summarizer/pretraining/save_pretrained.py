"""Saving what pretraining made: a checkpoint for fine-tuning that is also a served artifact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from note_summarizer.artifact import ModelArtifact
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.start import FINE_TUNING_DROPOUT, Start, set_dropout
from note_summarizer.pretraining.train_tokenizer import save_tokenizer
from note_summarizer.resolve_model import describe_checkpoint


def save_pretrained(start: Start, folder: Path, options: PretrainOptions) -> ModelArtifact:
    """Write configuration, weights, generation settings, tokenizer and description into a folder."""
    set_dropout(start.model, FINE_TUNING_DROPOUT)
    start.tokenizer.model_max_length = options.max_input_tokens
    start.model.save_pretrained(folder)
    save_tokenizer(start.tokenizer, folder)
    name = options.name or ("pretrained" if options.checkpoint else f"pretrained-{options.size}")
    found = describe_checkpoint(folder, name, version="0")
    artifact = replace(found, max_input_tokens=options.max_input_tokens, restore_case=options.lower_case)
    artifact.write()
    return artifact
