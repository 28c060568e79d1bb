"""What kind of model a checkpoint is, and what that kind reads and ends with; by its configuration alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypedDict

from note_summarizer.artifact import CAUSAL, TOKENIZER, Family
from note_summarizer.errors import CheckpointError

CONFIG, GENERATION = "config.json", "generation_config.json"
# What makes a decoder-only model summarize that was trained on nothing but text: Radford et al. 2019, section 3.6.
SUMMARIZE = "\n\nTL;DR:"


class FamilyFields(TypedDict):
    """The fields of an artifact that depend on the model's family; see `ModelArtifact`."""

    family: Family
    prompt_suffix: str
    end_token: str


def family_of(folder: Path) -> FamilyFields:
    """Return what a checkpoint's configuration says about its family.

    Raises:
        CheckpointError: it is neither an encoder-decoder nor a decoder, or its answers have no single end.
    """
    config, generation = read_json(folder / CONFIG), read_json(folder / GENERATION)
    if config.get("is_encoder_decoder"):
        return {"family": "seq2seq", "prompt_suffix": "", "end_token": ""}
    if not is_causal(config):
        kind = config.get("model_type", "unknown")
        raise CheckpointError(
            f"{folder} is a {kind} model, neither a sequence-to-sequence nor a decoder-only one: take one such as"
            " google/pegasus-xsum or gpt2."
        )
    end = generation.get("eos_token_id", config.get("eos_token_id"))
    ends = end if isinstance(end, list) else [end]
    if len(ends) != 1 or not isinstance(ends[0], int):
        raise CheckpointError(f"{folder} names {len(ends)} pieces or none that end an answer: set one eos_token_id.")
    return {"family": CAUSAL, "prompt_suffix": SUMMARIZE, "end_token": piece_of(folder, ends[0])}


def is_causal(config: dict[str, Any]) -> bool:
    """Whether a configuration is that of a decoder that goes on with a prompt."""
    architectures = config.get("architectures") or []
    return not config.get("is_encoder_decoder") and any(
        name.endswith("ForCausalLM") or name == "GPT2LMHeadModel" for name in architectures
    )


def piece_of(folder: Path, number: int) -> str:
    """Return the piece of a checkpoint's tokenizer with an id; empty if it has none."""
    from tokenizers import Tokenizer

    return str(Tokenizer.from_file(str(folder / TOKENIZER)).id_to_token(number) or "")


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file of a checkpoint; an empty one if there is no file.

    Raises:
        CheckpointError: it is not valid JSON.
    """
    try:
        found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise CheckpointError(f"{path} is not valid JSON: fetch the checkpoint again.") from error
    return found if isinstance(found, dict) else {}
