"""One option's checkpoint from nothing: tokenizer, lessons, training by processor time, Hugging Face checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import GenerationConfig, PreTrainedTokenizerFast

from note_summarizer.demo.data import MAX_INPUT_TOKENS, MAX_OUTPUT_TOKENS
from note_summarizer.demo.tokenizer import EOS, PAD, UNK, load_tokenizer
from note_summarizer.errors import DataError
from note_summarizer.model_family import SUMMARIZE
from note_summarizer.option_models import byte_pieces
from note_summarizer.option_models.learn import Budget, Progress, learn, restore
from note_summarizer.option_models.lessons import prepare
from note_summarizer.option_models.recipes import Recipe
from note_summarizer.option_models.shapes import new_model
from note_summarizer.option_models.training_record import TrainingRecord


def train(recipe: Recipe, run_dir: Path, cpu_minutes: float, threads: int = 1) -> Progress:
    """Train a recipe for so many processor minutes, or go on with what is there; return how far it is.

    Args:
        run_dir: of all recipes.
        threads: one makes the most of each processor second.
    """
    torch.set_num_threads(threads)
    tokenizer_json, courses = prepare(recipe, run_dir)
    tokenizer = load_tokenizer(tokenizer_json)
    folder = run_dir / recipe.option
    folder.mkdir(exist_ok=True)
    model = new_model(recipe, tokenizer.get_vocab_size())
    return learn(model, recipe, courses, asks_of(recipe, tokenizer), folder, Budget(60 * cpu_minutes))


def asks_of(recipe: Recipe, tokenizer: Tokenizer) -> list[int] | None:
    """Return the pieces that ask a decoder-only model for a summary; `None` for an encoder-decoder."""
    return list(tokenizer.encode(SUMMARIZE).ids) if recipe.causal else None


def write_checkpoint(recipe: Recipe, run_dir: Path) -> tuple[Path, TrainingRecord]:
    """Write the trained weights as a Hugging Face checkpoint with its tokenizer; return its folder and what it took.

    Raises:
        DataError: nothing is trained there.
    """
    tokenizer_json, _ = prepare(recipe, run_dir)
    model = new_model(recipe, load_tokenizer(tokenizer_json).get_vocab_size())
    progress = restore(run_dir / recipe.option, model)
    if not progress.steps:
        raise DataError(f"{run_dir / recipe.option} has no trained weights: train {recipe.option} first.")
    checkpoint = run_dir / recipe.option / "checkpoint"
    _save(model, recipe, tokenizer_json, checkpoint)
    record = TrainingRecord(
        architecture=type(model).__name__,
        parameters=sum(weight.numel() for weight in model.parameters()),
        objective=recipe.objective,
        cpu_minutes=round(progress.spent / 60, 2),
        steps=progress.steps,
        examples=progress.examples,
        tokens=progress.tokens,
    )
    return checkpoint, record


def _save(model: Any, recipe: Recipe, tokenizer_json: Path, checkpoint: Path) -> None:
    starts = {} if recipe.causal else {"decoder_start_token_id": 0}
    longest = {"max_new_tokens" if recipe.causal else "max_length": MAX_OUTPUT_TOKENS}
    model.generation_config = GenerationConfig(num_beams=1, pad_token_id=0, eos_token_id=1, **longest, **starts)
    model.save_pretrained(checkpoint)
    special = {"pad_token": PAD, "eos_token": EOS, "unk_token": UNK}
    if recipe.causal:
        # As GPT-2 has it: one piece begins, ends, and stands for what is not known.
        special = {
            "pad_token": byte_pieces.PAD,
            **dict.fromkeys(("bos_token", "eos_token", "unk_token"), byte_pieces.END),
        }
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer_json), model_max_length=MAX_INPUT_TOKENS + MAX_OUTPUT_TOKENS, **special
    )
    tokenizer.save_pretrained(checkpoint)
