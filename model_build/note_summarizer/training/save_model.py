"""Saving the result: a checkpoint for transformers that is also a served artifact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from note_summarizer.artifact import TOKENIZER, ModelArtifact, SummaryStyle, sha256_of
from note_summarizer.resolve_model import WEIGHTS, lower_cases
from note_summarizer.training.choose_settings import Settings
from note_summarizer.training.load_start import Start

# Of generation settings, what only a search with several beams, or a draw, may have: transformers refuses to write it
# beside others.
_OF_BEAMS, _OF_DRAWS = ("early_stopping", "length_penalty"), ("temperature", "top_k", "top_p")


def save_model(
    model: Any, start: Start, settings: Settings, folder: Path, *, name: str, style: SummaryStyle
) -> ModelArtifact:
    """Write configuration, weights, generation settings, tokenizer and description into a folder.

    Adapters are merged into the weights, so that whatever serves the base model serves the result.

    Args:
        model: what was trained.
        start: where it began; its tokenizer and prompt are the result's.
    """
    model = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    model.config.use_cache = True
    _say_how_outputs_are_scaled(model)
    length_penalty = _set_search(model.generation_config, settings)
    # All that it was trained to read at once, so that a later training goes on with the same lengths.
    start.tokenizer.model_max_length = start.family.sequence(
        settings.max_input_tokens, start.texts.prompt_tokens, settings.max_output_tokens
    )
    model.save_pretrained(folder)
    start.tokenizer.save_pretrained(folder)
    artifact = ModelArtifact(
        folder=folder,
        name=name,
        version="1",
        sha256=sha256_of(folder / WEIGHTS),
        max_input_tokens=settings.max_input_tokens,
        max_output_tokens=settings.max_output_tokens,
        beam_size=settings.beams,
        length_penalty=length_penalty,
        repetition_penalty=settings.repetition_penalty,
        weights=WEIGHTS,
        style=style,
        restore_case=lower_cases(folder / TOKENIZER),
        **start.prompt,
    )
    artifact.write()
    return artifact


def _set_search(generation: Any, settings: Settings) -> float:
    """Set how answers are searched for; return the length penalty."""
    generation.max_length, generation.max_new_tokens = None, settings.max_output_tokens
    generation.num_beams = settings.beams
    length_penalty = float(generation.length_penalty or 1.0)
    generation.do_sample = False
    for setting in (*_OF_DRAWS, *(_OF_BEAMS if settings.beams == 1 else ())):
        setattr(generation, setting, None)
    return length_penalty


def _say_how_outputs_are_scaled(model: Any) -> None:
    """Have the configuration of a Flan-T5 say what those on the hub say, if its output layer is one of its own.

    The original T5 scales what goes into an output layer that is the embedding; Flan-T5 has one of its own and scales
    nothing. Readers of T5 take `tie_word_embeddings` to say which of both it is. transformers 5 knows it otherwise, and
    writes that everything is tied.
    """
    shared, scaled = getattr(model, "shared", None), getattr(model.config, "scale_decoder_outputs", True)
    if not scaled and shared is not None and model.lm_head.weight is not shared.weight:
        model.config.tie_word_embeddings = False
