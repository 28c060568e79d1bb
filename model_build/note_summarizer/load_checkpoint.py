"""Loading a Hugging Face model and its tokenizer, by folder or by name on the hub."""

from __future__ import annotations

from typing import Any

from note_summarizer.errors import CheckpointError
from note_summarizer.model_family import is_causal, set_dropout


def load_model(spec: str, *, causal: bool = False, dropout: float | None = None) -> Any:
    """Return the model in float32, ready to be trained or written.

    Float32 whatever the files have: what is trained in bfloat16 is a copy, and T5's weights overflow in float16.

    Args:
        causal: a decoder-only model is taken too; pretraining and distillation take encoder-decoders only.
        dropout: share that training drops; as the checkpoint says by default.

    Raises:
        CheckpointError: there is none under that name, its files are broken, or it is of another family.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    try:
        config = AutoConfig.from_pretrained(spec)
        if dropout is not None:
            set_dropout(config, dropout)
        if causal and is_causal(config.to_dict()):
            return AutoModelForCausalLM.from_pretrained(spec, config=config, dtype=torch.float32)
        if not config.is_encoder_decoder:
            raise CheckpointError(_of_another_family(spec, config.model_type, causal=causal))
        return AutoModelForSeq2SeqLM.from_pretrained(spec, config=config, dtype=torch.float32)
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(f"{spec} cannot be loaded as a checkpoint: {_first_line(error)}") from error


def _of_another_family(spec: str, kind: str, *, causal: bool) -> str:
    if causal:
        return (
            f"{spec} is a {kind} model, neither a sequence-to-sequence nor a decoder-only one: take one such as"
            " google/pegasus-xsum, google/flan-t5-base or gpt2."
        )
    return f"{spec} is a {kind} model, not a sequence-to-sequence one: take one such as google/pegasus-xsum."


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
    except TypeError:
        tokenizer = None  # what some come to that find none of their files; GPT-2's is then empty
    if tokenizer is None or not tokenizer("note", add_special_tokens=False)["input_ids"]:
        raise CheckpointError(f"{spec} has no tokenizer: fetch tokenizer.json beside the weights.")
    if not tokenizer.is_fast:
        raise CheckpointError(f"{spec} has no fast tokenizer (tokenizer.json, or one that converts to it).")
    return tokenizer


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
