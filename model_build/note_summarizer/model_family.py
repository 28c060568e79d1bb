"""What kind of model a checkpoint is, and what that kind reads and ends with; by its configuration alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from note_summarizer.artifact import CAUSAL, TOKENIZER, Family
from note_summarizer.errors import CheckpointError

CONFIG, GENERATION = "config.json", "generation_config.json"
# What makes a decoder-only model summarize that was trained on nothing but text: Radford et al. 2019, section 3.6.
SUMMARIZE = "\n\nTL;DR:"
# Where configurations say how many positions a model has: BLOOM's name is the last, and T5's the second.
POSITIONS = ("max_position_embeddings", "n_positions", "seq_length")
# A model whose configuration names no number is read in parts of so many tokens.
UNNAMED_POSITIONS = 512
# What these models know of places is a distance: the number in their configuration is what they were trained on.
_BY_DISTANCE = frozenset({"bloom", "longt5", "mt5", "t5", "umt5"})
# What training drops out: of BART's kin, of T5 (of its attention too), of GPT-2, and of BLOOM.
_DROPOUTS = ("dropout", "dropout_rate", "resid_pdrop", "embd_pdrop", "attn_pdrop", "hidden_dropout")


class FamilyFields(TypedDict):
    """The fields of an artifact that depend on the model's family; see `ModelArtifact`."""

    family: Family
    prompt_prefix: str
    prompt_suffix: str
    end_token: str


@dataclass(frozen=True)
class Positions:
    """How many places a model reads and writes in: an encoder and a decoder have so many each, a decoder alone in all.

    Attributes:
        fixed: a place beyond them fails; otherwise they are what the model was trained on.
    """

    count: int
    fixed: bool


def family_of(folder: Path) -> FamilyFields:
    """Return what a checkpoint's configuration says about its family.

    Raises:
        CheckpointError: it is neither an encoder-decoder nor a decoder, or its answers have no single end.
    """
    config, generation = read_json(folder / CONFIG), read_json(folder / GENERATION)
    return family_fields(str(folder), config, generation, lambda number: piece_of(folder, number))


def family_fields(
    name: str, config: dict[str, Any], generation: dict[str, Any], piece: Callable[[int], str]
) -> FamilyFields:
    """Return what a configuration says about its family.

    Args:
        name: of the checkpoint, for messages.
        generation: the generation settings beside the configuration.
        piece: returns the piece with an id.

    Raises:
        CheckpointError: as `family_of` says.
    """
    if config.get("is_encoder_decoder"):
        return {"family": "seq2seq", "prompt_prefix": _instruction(config), "prompt_suffix": "", "end_token": ""}
    if not is_causal(config):
        raise CheckpointError(
            f"{name} is a {config.get('model_type', 'unknown')} model, neither a sequence-to-sequence nor a"
            " decoder-only one: take one such as google/pegasus-xsum, google/flan-t5-base or gpt2."
        )
    end = generation.get("eos_token_id")
    end = config.get("eos_token_id") if end is None else end
    ends = end if isinstance(end, list) else [end]
    if len(ends) != 1 or not isinstance(ends[0], int):
        raise CheckpointError(f"{name} names {len(ends)} pieces or none that end an answer: set one eos_token_id.")
    return {"family": CAUSAL, "prompt_prefix": "", "prompt_suffix": SUMMARIZE, "end_token": piece(ends[0])}


def _instruction(config: dict[str, Any]) -> str:
    """Return what the checkpoint was taught to read before a text that it is to summarize: T5's "summarize: ".

    Raffel et al. 2020, section 2.4; the configurations of T5 and Flan-T5 on the hub name it.
    """
    tasks = config.get("task_specific_params") or {}
    return str((tasks.get("summarization") or {}).get("prefix") or "")


def is_causal(config: dict[str, Any]) -> bool:
    """Whether a configuration is that of a decoder that goes on with a prompt."""
    architectures = config.get("architectures") or []
    return not config.get("is_encoder_decoder") and any(
        name.endswith("ForCausalLM") or name == "GPT2LMHeadModel" for name in architectures
    )


def positions_of(config: dict[str, Any]) -> Positions:
    """Return how many positions a configuration names, and whether the model ends there."""
    known = [int(count) for name in POSITIONS if (count := config.get(name))]
    return Positions(min(known, default=UNNAMED_POSITIONS), config.get("model_type") not in _BY_DISTANCE)


def set_dropout(config: Any, dropout: float) -> None:
    """Have a model that is made by a configuration drop a share in training, under whatever names it has for it."""
    for name in _DROPOUTS:
        if hasattr(config, name):
            setattr(config, name, dropout)


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
