"""Tiny GPT-2 and BLOOM checkpoints with random weights, made on the spot in the public ones' layouts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import torch
from tests.model.seq2seq_checkpoints import PIECES, texts
from tokenizers import ByteLevelBPETokenizer
from transformers import BloomConfig, BloomForCausalLM, GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

POSITIONS = 160


def write_gpt2(folder: Path) -> Path:
    """GPT-2: learned positions, no padding piece, and one special piece, which ends a text."""
    end = "<|endoftext|>"
    vocabulary = _write_tokenizer(
        folder, [end], {"eos_token": end, "bos_token": end, "unk_token": end}, "GPT2Tokenizer"
    )
    torch.manual_seed(3)
    config = GPT2Config(
        vocab_size=vocabulary, n_positions=POSITIONS, n_embd=64, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=0
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def write_bloom(folder: Path) -> Path:
    """BLOOM: no positions but a bias by distance (alibi), `</s>` at the end, more rows of logits than pieces."""
    special = ["<unk>", "<s>", "</s>", "<pad>"]
    names = dict(zip(("unk_token", "bos_token", "eos_token", "pad_token"), special, strict=True))
    vocabulary = _write_tokenizer(folder, special, names, "BloomTokenizerFast")
    torch.manual_seed(5)
    config = BloomConfig(
        vocab_size=vocabulary + 8, hidden_size=64, n_layer=2, n_head=4, bos_token_id=1, eos_token_id=2, pad_token_id=3,
        seq_length=POSITIONS,
    )  # fmt: skip
    BloomForCausalLM(config).save_pretrained(folder)
    return folder


CAUSAL_WRITERS: dict[str, Callable[[Path], Path]] = {"gpt2": write_gpt2, "bloom": write_bloom}


def _write_tokenizer(folder: Path, special: list[str], names: dict[str, str], kind: str) -> int:
    folder.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(texts(), vocab_size=PIECES + 260, special_tokens=special, show_progress=False)
    PreTrainedTokenizerFast(tokenizer_object=tokenizer._tokenizer, **names).save_pretrained(folder)
    described = json.dumps(names | {"tokenizer_class": kind}, indent=2)
    (folder / "tokenizer_config.json").write_text(described + "\n", "utf-8")
    return int(tokenizer.get_vocab_size())
