"""The model and tokenizer that training starts from: a checkpoint, or a new Pegasus with a tokenizer of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_summarizer.artifact import TOKENIZER, sha256_of
from note_summarizer.errors import OptionsError
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.pairs import Pair
from note_summarizer.resolve_model import WEIGHTS, checkpoint_folder
from note_summarizer.training.options import TrainOptions

_DEFAULT_INPUT_TOKENS = 512
_SCRATCH_BEAMS = 4
_LOWER_CASED = ("tiny", "small")


@dataclass(frozen=True)
class Start:
    """Where training starts.

    Attributes:
        model: encoder-decoder in float32; with adapters around it if options ask for them.
        beams: beams of the checkpoint's own generation settings.
        sha256: hash of the weights, if they are in a folder here.
    """

    model: Any
    tokenizer: Any
    max_input_tokens: int
    beams: int
    sha256: str | None = None

    @property
    def parameters(self) -> int:
        """Number of weights, adapters left out."""
        base = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
        return sum(weight.numel() for name, weight in base.named_parameters() if "lora_" not in name)


def start_from_checkpoint(options: TrainOptions) -> Start:
    """Load the checkpoint that the options name.

    Raises:
        CheckpointError: it cannot be loaded, or is no encoder-decoder.
        OptionsError: it cannot read inputs as long as the options ask for.
    """
    spec = options.checkpoint or ""
    folder = checkpoint_folder(spec)
    model, tokenizer = load_model(str(folder or spec)), load_tokenizer(str(folder or spec))
    limit = _input_limit(model, tokenizer, options.max_input_tokens)
    beams = int(model.generation_config.num_beams or 1)
    sha256 = sha256_of(folder / WEIGHTS) if folder and (folder / WEIGHTS).is_file() else None
    _set_dropout(model, options.chosen_dropout)
    return Start(_with_adapters(model, options), tokenizer, limit, beams, sha256)


def start_from_scratch(options: TrainOptions, train: Sequence[Pair], folder: Path) -> Start:
    """Train a tokenizer on the training pairs, unless `folder` has it from before, and make a new model for it.

    Raises:
        OptionsError: there is no size of that name.
    """
    from note_summarizer.pretraining.new_model import new_model
    from note_summarizer.pretraining.train_tokenizer import train_tokenizer

    if not (folder / TOKENIZER).is_file():
        texts = (text for pair in train for text in (pair.note, pair.summary))
        # A small model has half as much to learn without capitals; the engine gives the note's own back.
        train_tokenizer(texts, folder, options.vocabulary, lower_case=options.from_scratch in _LOWER_CASED)
    tokenizer = load_tokenizer(str(folder))
    model = new_model(options.from_scratch or "", len(tokenizer), options.seed, dropout=options.chosen_dropout)
    return Start(model, tokenizer, _input_limit(model, tokenizer, options.max_input_tokens), _SCRATCH_BEAMS)


def _input_limit(model: Any, tokenizer: Any, wanted: int | None) -> int:
    """Return how many tokens the model reads, after giving a Pegasus more positions if more are wanted."""
    positions = int(getattr(model.config, "max_position_embeddings", None) or _DEFAULT_INPUT_TOKENS)
    # A checkpoint that was trained on shorter inputs than it has positions reads best what it has been trained on.
    tokenizer.model_max_length = wanted = wanted or min(positions, tokenizer.model_max_length)
    if wanted <= positions or model.config.model_type in ("t5", "mt5"):  # T5's positions are relative
        return wanted
    if model.config.model_type != "pegasus":
        raise OptionsError(f"max-input-tokens: this {model.config.model_type} has {positions} positions, no more.")
    # Pegasus' positions are sinusoids: a longer table has the old one as its beginning, and nothing learnt is lost.
    model.resize_position_embeddings(wanted)
    return wanted


def _set_dropout(model: Any, dropout: float) -> None:
    import torch

    for name in ("dropout", "dropout_rate"):
        if hasattr(model.config, name):
            setattr(model.config, name, dropout)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = dropout
        elif isinstance(getattr(module, "dropout", None), float) and "Attention" not in type(module).__name__:
            module.dropout = dropout


def _with_adapters(model: Any, options: TrainOptions) -> Any:
    if not options.lora:
        return model
    from peft import LoraConfig, TaskType, get_peft_model

    return get_peft_model(
        model,
        LoraConfig(
            task_type=TaskType.SEQ_2_SEQ_LM,
            r=options.lora,
            lora_alpha=options.lora_alpha or 2 * options.lora,
            target_modules="all-linear",
        ),
    )
