"""Untrained models of each architecture, 256 wide; needs torch."""

from __future__ import annotations

import math
from typing import Any

import torch
from transformers import (
    BloomConfig,
    BloomForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    PegasusConfig,
    PegasusForConditionalGeneration,
    T5Config,
    T5ForConditionalGeneration,
)

from note_summarizer.option_models.recipes import SEED, Recipe

WIDTH, HEADS, INNER = 256, 4, 768
# T5 1.1 has three matrices where others have two.
_GATED_INNER = 512
_CAUSAL_INNER, _BLOOM_HEADS = 1024, 8
POSITIONS = 640  # of a prompt with its answer; more than any pair that is learnt has
# The same function, written as a row of operations.
_SPELT_OUT = ("NewGELUActivation", "BloomGelu")
_SPECIAL = {"pad_token_id": 0, "eos_token_id": 1}


def new_model(recipe: Recipe, vocabulary: int, width: int = WIDTH) -> Any:
    """Return an untrained model; the same weights every time.

    Args:
        width: of the model; the inner widths keep their ratio to it.
    """
    torch.manual_seed(SEED)
    make = {"pegasus": _pegasus, "t5": _t5, "gpt2": _gpt2, "bloom": _bloom}[recipe.architecture]
    return _quick(make(recipe.layers, vocabulary, width))


def _quick(model: Any) -> Any:
    """Return the model with what it computes computed otherwise: half as long again is saved on short texts."""
    model.set_attn_implementation("eager")
    activations = [
        (module, name)
        for module in model.modules()
        for name, part in module.named_children()
        if type(part).__name__ in _SPELT_OUT
    ]
    for module, name in activations:
        setattr(module, name, torch.nn.GELU(approximate="tanh"))
    return model


def _pegasus(layers: tuple[int, int], vocabulary: int, width: int) -> PegasusForConditionalGeneration:
    inner = INNER * width // WIDTH
    config = PegasusConfig(
        vocab_size=vocabulary,
        d_model=width,
        encoder_layers=layers[0],
        decoder_layers=layers[1],
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        encoder_ffn_dim=inner,
        decoder_ffn_dim=inner,
        max_position_embeddings=512,
        activation_function="gelu",
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        scale_embedding=True,
        init_std=0.06,
        decoder_start_token_id=0,
        forced_eos_token_id=None,
        **_SPECIAL,
    )
    model = PegasusForConditionalGeneration(config)
    # Pegasus fixes these three in code; converters read them, as the public checkpoints' configurations have them.
    model.config.update({"normalize_before": True, "normalize_embedding": False, "add_final_layer_norm": True})
    return model


def _t5(layers: tuple[int, int], vocabulary: int, width: int) -> T5ForConditionalGeneration:
    config = T5Config(
        vocab_size=vocabulary,
        d_model=width,
        d_kv=width // HEADS,
        d_ff=_GATED_INNER * width // WIDTH,
        num_layers=layers[0],
        num_decoder_layers=layers[1],
        num_heads=HEADS,
        dropout_rate=0.0,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        **_SPECIAL,
    )
    model = T5ForConditionalGeneration(config)
    # transformers ties the head to the embedding unless told otherwise by a weight of its own. It begins as the
    # embedding, made as small as the norm before it asks for: copying needs the two to agree.
    model.lm_head.weight = torch.nn.Parameter(model.shared.weight.detach().clone() * width**-0.5)
    return model


def _gpt2(layers: tuple[int, int], vocabulary: int, width: int) -> GPT2LMHeadModel:
    config = GPT2Config(
        vocab_size=vocabulary,
        n_positions=POSITIONS,
        n_embd=width,
        n_layer=layers[1],
        n_head=HEADS,
        n_inner=_CAUSAL_INNER * width // WIDTH,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        initializer_range=0.04,
        bos_token_id=1,
        **_SPECIAL,
    )
    model = GPT2LMHeadModel(config)
    # Learnt positions say nothing at first; waves tell neighbours from the first step on.
    model.transformer.wpe.weight.data.copy_(_waves(POSITIONS, width) * config.initializer_range)
    return model


def _bloom(layers: tuple[int, int], vocabulary: int, width: int) -> BloomForCausalLM:
    config = BloomConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        n_layer=layers[1],
        n_head=_BLOOM_HEADS,
        hidden_dropout=0.0,
        attention_dropout=0.0,
        initializer_range=0.04,
        bos_token_id=1,
        **_SPECIAL,
    )
    return BloomForCausalLM(config)


def _waves(positions: int, width: int) -> torch.Tensor:
    places = torch.arange(positions).float()[:, None]
    rates = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10_000.0) / width))
    return torch.cat([torch.sin(places * rates), torch.cos(places * rates)], dim=1)
