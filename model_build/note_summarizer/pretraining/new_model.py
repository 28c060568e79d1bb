"""Untrained Pegasus models, from a size's name; needs torch and transformers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig, PegasusConfig, PegasusForConditionalGeneration

from note_summarizer.errors import OptionsError


@dataclass(frozen=True)
class Size:
    """An architecture.

    Attributes:
        width: of the hidden states.
        layers: of the encoder and of the decoder; a decoder of fewer layers answers faster and loses little.
        feed_forward: width of the inner layer.
    """

    width: int
    layers: tuple[int, int]
    heads: int
    feed_forward: int

    def parameters(self, vocabulary: int) -> int:
        """Return how many weights it learns, those of the embeddings included (the sinusoidal positions are fixed)."""
        attention = 4 * (self.width**2 + self.width)
        inner = 2 * self.width * self.feed_forward + self.feed_forward + self.width
        norm = 2 * self.width
        encoder = self.layers[0] * (attention + inner + 2 * norm) + norm
        decoder = self.layers[1] * (2 * attention + inner + 3 * norm) + norm
        return vocabulary * self.width + encoder + decoder


SIZES = {
    "tiny": Size(width=128, layers=(2, 2), heads=2, feed_forward=512),
    "small": Size(width=256, layers=(4, 3), heads=4, feed_forward=1024),
    "medium": Size(width=384, layers=(6, 4), heads=6, feed_forward=1536),
    "base": Size(width=768, layers=(12, 12), heads=12, feed_forward=3072),  # PEGASUS-base (Zhang et al. 2020, 6.1)
    "large": Size(width=1024, layers=(16, 16), heads=16, feed_forward=4096),  # google/pegasus-xsum
}
MAX_POSITIONS = 1024
MAX_OUTPUT_TOKENS = 256


def new_model(
    size: str, vocabulary: int, seed: int, max_positions: int = MAX_POSITIONS, dropout: float = 0.1
) -> PegasusForConditionalGeneration:
    """Return an untrained Pegasus; the same arguments give the same weights.

    Args:
        size: a name in SIZES.
        vocabulary: ids of its tokenizer, `len(tokenizer)`.
        max_positions: longest input and output in tokens.
        dropout: what training drops; inference drops nothing.

    Raises:
        OptionsError: there is no such size.
    """
    torch.manual_seed(seed)
    model = PegasusForConditionalGeneration(_config(size_named(size), vocabulary, max_positions, dropout))
    model.generation_config = GenerationConfig(
        max_length=MAX_OUTPUT_TOKENS, num_beams=4, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1
    )
    return model


def size_named(name: str) -> Size:
    """Return the size of that name.

    Raises:
        OptionsError: there is none.
    """
    if name not in SIZES:
        raise OptionsError(f"There is no model size {name!r}: choose one of {', '.join(SIZES)}.")
    return SIZES[name]


def _config(size: Size, vocabulary: int, max_positions: int, dropout: float) -> Any:
    config = PegasusConfig(
        vocab_size=vocabulary,
        d_model=size.width,
        encoder_layers=size.layers[0],
        decoder_layers=size.layers[1],
        encoder_attention_heads=size.heads,
        decoder_attention_heads=size.heads,
        encoder_ffn_dim=size.feed_forward,
        decoder_ffn_dim=size.feed_forward,
        max_position_embeddings=max_positions,
        activation_function="relu" if size.width >= SIZES["base"].width else "gelu",
        dropout=dropout,
        attention_dropout=dropout,
        activation_dropout=0.0,
        scale_embedding=True,
        # Scaled by the root of the width, embeddings begin with a variance of one; 0.02 takes small models far longer.
        init_std=round(size.width**-0.5, 4),
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        forced_eos_token_id=None,
    )
    # Pegasus fixes these three in code; converters read them, as the public checkpoints' configurations have them.
    config.update({"normalize_before": True, "normalize_embedding": False, "add_final_layer_norm": True})
    return config
