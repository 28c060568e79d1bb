"""Tiny seq2seq checkpoints of several kinds, made on the spot with random weights, in the public ones' layouts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from tests.model.sentencepiece_files import write_sentencepiece
from tokenizers import (
    ByteLevelBPETokenizer,
    Regex,
    Tokenizer,
    decoders,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from tokenizers.models import Unigram
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

from note_summarizer.artifact import ModelArtifact, sha256_of
from note_summarizer.demo.data import draw_pairs

PIECES = 300
OFFSET = 103
INSTRUCTION = "summarize: "
# Far apart logits: the float32 back ends then differ in no near-tie.
SPREAD = 0.5


def texts() -> Iterator[str]:
    """Synthetic notes and summaries, enough for a small vocabulary."""
    for pair in draw_pairs(11, "train", 120):
        yield from (pair.note, pair.summary)


def write_pegasus(folder: Path, *, weights: str = "safetensors", fast: bool = True) -> Path:
    """The files of `google/pegasus-xsum`: SentencePiece model, fast tokenizer, and the 103 pieces of pretraining."""
    folder.mkdir(parents=True)
    learnt = _unigram(["<pad>", "</s>", "<unk>"])
    pieces = [(piece, score) for piece, score in learnt if piece not in {"<pad>", "</s>", "<unk>"}]
    write_sentencepiece(folder / "spiece.model", pieces)
    reserved = ["<mask_1>", "<mask_2>", *(f"<unk_{i}>" for i in range(2, OFFSET))]
    named = [(name, 0.0) for name in ("<pad>", "</s>", *reserved, "<unk>")]
    vocabulary = [*named, *pieces]
    if fast:
        _save_unigram(folder, vocabulary, unk="<unk>", special=[name for name, _ in named])
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>", "mask_token": "<mask_2>"}
    others = {"additional_special_tokens": [name for name in reserved if name != "<mask_2>"]}
    _write_json(folder / "special_tokens_map.json", special | others)
    described = {"tokenizer_class": "PegasusTokenizer", "model_max_length": 64, "offset": OFFSET}
    _write_json(folder / "tokenizer_config.json", special | others | described | {"mask_token_sent": "<mask_1>"})
    torch.manual_seed(3)
    config = PegasusConfig(
        vocab_size=len(vocabulary), d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=64, init_std=SPREAD,
        scale_embedding=True, activation_function="relu", num_beams=8, length_penalty=0.6, max_length=24,
    )  # fmt: skip
    model = PegasusForConditionalGeneration(config)
    _forbid(model, [0, *range(2, len(named))])
    model.generation_config.update(num_beams=8, length_penalty=0.6, max_length=24, forced_eos_token_id=1)
    return _save_model(model, folder, weights)


def write_t5(folder: Path, *, gated: bool = False, spread: float = 3.0) -> Path:
    """T5 (or, `gated`, Flan-T5): relative positions, so no longest input; the decoder starts with the padding.

    As on the hub: the configuration names the instruction, and Flan-T5's output layer is not its embedding.
    """
    folder.mkdir(parents=True)
    special = ["<pad>", "</s>", "<unk>"]
    vocabulary = [(name, 0.0) for name in special]
    vocabulary += [(piece, score) for piece, score in _unigram(special) if piece not in special]
    _save_unigram(folder, vocabulary, unk="<unk>", special=special)
    names = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    described = {"tokenizer_class": "T5Tokenizer", "model_max_length": 64, "extra_ids": 0}
    _write_json(folder / "tokenizer_config.json", names | described)
    torch.manual_seed(5)
    config = T5Config(
        vocab_size=len(vocabulary), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_decoder_layers=2, num_heads=4,
        feed_forward_proj="gated-gelu" if gated else "relu", tie_word_embeddings=not gated, initializer_factor=spread,
        decoder_start_token_id=0, task_specific_params={"summarization": {"prefix": INSTRUCTION}},
    )  # fmt: skip
    model = T5ForConditionalGeneration(config)
    if gated:
        model.lm_head.weight = torch.nn.Parameter(spread / 3 * torch.randn_like(model.shared.weight))
        model.config.tie_word_embeddings = False
    return _save_model(model, folder)


def write_bart(folder: Path) -> Path:
    """BART: byte-level pieces, learned positions, and answers that have to begin with `<s>`."""
    folder.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(texts(), vocab_size=PIECES + 260, special_tokens=special, show_progress=False)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token", "mask_token"), special, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer._tokenizer, **names).save_pretrained(folder)
    _write_json(folder / "tokenizer_config.json", names | {"tokenizer_class": "BartTokenizer", "model_max_length": 64})
    torch.manual_seed(7)
    config = BartConfig(
        vocab_size=tokenizer.get_vocab_size(), d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64, decoder_ffn_dim=64,
        max_position_embeddings=64, init_std=SPREAD,
    )  # fmt: skip
    model = BartForConditionalGeneration(config)
    _forbid(model, [0, 1, 3, 4])
    model.generation_config.update(forced_bos_token_id=0, num_beams=2, max_length=24)
    return _save_model(model, folder)


WRITERS: dict[str, Callable[[Path], Path]] = {
    "pegasus": write_pegasus,
    "bart": write_bart,
    "t5": write_t5,
    "flan-t5": lambda folder: write_t5(folder, gated=True),
}


def _unigram(special: list[str]) -> list[tuple[str, float]]:
    draft = _blank(Tokenizer(Unigram()))
    trainer = trainers.UnigramTrainer(vocab_size=PIECES, special_tokens=special, unk_token="<unk>", show_progress=False)
    draft.train_from_iterator(texts(), trainer)
    return [(piece, score) for piece, score in json.loads(draft.to_str())["model"]["vocab"]]


def _blank(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def _save_unigram(folder: Path, vocabulary: list[tuple[str, float]], *, unk: str, special: list[str]) -> None:
    names = [name for name, _ in vocabulary]
    tokenizer = _blank(Tokenizer(Unigram(vocabulary, unk_id=names.index(unk))))
    tokenizer.add_special_tokens(special)
    end = ("</s>", names.index("</s>"))
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[end])
    tokenizer.save(str(folder / "tokenizer.json"))


def _forbid(model: Any, pieces: list[int]) -> None:
    """Let the model say words only: with random weights most answers would be special pieces."""
    model.final_logits_bias[0, pieces] = -1000.0


def _save_model(model: Any, folder: Path, weights: str = "safetensors") -> Path:
    model.save_pretrained(folder)
    if weights != "safetensors":
        (folder / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def describe(folder: Path) -> ModelArtifact:
    """The artifact that a checkpoint is served as."""
    return ModelArtifact(
        folder=folder,
        name="tiny",
        version="1",
        sha256=sha256_of(folder / "model.safetensors"),
        max_input_tokens=48,
        max_output_tokens=20,
        beam_size=4,
        weights="model.safetensors",
        style="prose",
    )
