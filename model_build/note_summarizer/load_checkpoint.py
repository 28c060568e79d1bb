"""Loading a Hugging Face model and its tokenizer, by folder or by name on the hub."""

from __future__ import annotations

from typing import Any

from note_summarizer.errors import CheckpointError
from note_summarizer.model_family import is_causal


def load_model(spec: str, *, causal: bool = False) -> Any:
    """Return the model in float32, ready to be trained or written.

    Args:
        causal: a decoder-only model is taken too; training takes encoder-decoders only.

    Raises:
        CheckpointError: there is none under that name, its files are broken, or it is of another family.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    try:
        config = AutoConfig.from_pretrained(spec)
        if causal and is_causal(config.to_dict()):
            return AutoModelForCausalLM.from_pretrained(spec, config=config, dtype=torch.float32)
        if not config.is_encoder_decoder:
            raise CheckpointError(
                f"{spec} is a {config.model_type} model, not a sequence-to-sequence one: take one such as"
                " google/pegasus-xsum."
            )
        return AutoModelForSeq2SeqLM.from_pretrained(spec, config=config, dtype=torch.float32)
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(f"{spec} cannot be loaded as a checkpoint: {_first_line(error)}") from error


def load_tokenizer(spec: str) -> Any:
    """Return the model's fast tokenizer.

    Raises:
        CheckpointError: there is none, or it exists only in a form that the engine cannot read.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(spec)
    except (OSError, ValueError, ImportError) as error:
        raise CheckpointError(f"{spec} has no tokenizer that can be loaded: {_first_line(error)}") from error
    if not tokenizer.is_fast:
        raise CheckpointError(f"{spec} has no fast tokenizer (tokenizer.json, or one that converts to it).")
    return tokenizer


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
