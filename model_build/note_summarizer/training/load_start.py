"""The model and tokenizer that training starts from: a checkpoint, or a new Pegasus with a tokenizer of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from note_summarizer.artifact import DESCRIPTION, TOKENIZER, read_description, sha256_of
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.model_family import FamilyFields, Positions, family_fields, positions_of
from note_summarizer.pairs import Pair
from note_summarizer.resolve_model import WEIGHTS, checkpoint_folder
from note_summarizer.training.families import TrainingFamily, training_family
from note_summarizer.training.options import TrainOptions
from note_summarizer.training.tokenize_pairs import PairTokenizer

_SCRATCH_BEAMS = 4
_LOWER_CASED = ("tiny", "small")
# Its positions are sinusoids: a longer table has the old one as its beginning, and nothing learnt is lost.
_GROWS = "pegasus"
# transformers writes 1e30 where a tokenizer knows no limit.
_NO_LIMIT = 1_000_000


@dataclass(frozen=True)
class Start:
    """Where training starts.

    Attributes:
        model: in float32; with adapters around it if options ask for them.
        prompt: what is read around a note, and what ends an answer.
        beams: beams of the checkpoint's own generation settings.
        sha256: hash of the weights, if they are in a folder here.
    """

    model: Any
    tokenizer: Any
    prompt: FamilyFields
    beams: int
    sha256: str | None = None

    @cached_property
    def family(self) -> TrainingFamily:
        """How it is taught."""
        return training_family(self.prompt["family"])

    @cached_property
    def texts(self) -> PairTokenizer:
        """How pairs become what it is taught."""
        return PairTokenizer(self.tokenizer, self.family, self.prompt)

    @property
    def positions(self) -> Positions:
        """How many places it reads and writes in."""
        return positions_of(self.model.config.to_dict())

    @property
    def trained_on(self) -> int | None:
        """Longest text that it has been trained on, in tokens, if its tokenizer says so."""
        longest = self.tokenizer.model_max_length
        return int(longest) if longest < _NO_LIMIT else None

    def could_read(self, note: int, summary: int) -> bool:
        """Whether it has room for a note of so many tokens with a summary, or can be given it."""
        positions, prompt = self.positions, self.texts.prompt_tokens
        free = not positions.fixed or self.model.config.model_type == _GROWS
        return free or note <= self.family.room(positions.count, prompt, summary)

    @property
    def parameters(self) -> int:
        """Number of weights, adapters left out."""
        base = self.model.get_base_model() if hasattr(self.model, "get_base_model") else self.model
        return sum(weight.numel() for name, weight in base.named_parameters() if "lora_" not in name)


def start_from_checkpoint(options: TrainOptions) -> Start:
    """Load the checkpoint that the options name.

    Raises:
        CheckpointError: it cannot be loaded, is neither an encoder-decoder nor a decoder, or its answers have no end.
    """
    spec = options.checkpoint or ""
    folder = checkpoint_folder(spec)
    place = str(folder or spec)
    model, tokenizer = load_model(place, causal=True, dropout=options.chosen_dropout), load_tokenizer(place)
    prompt = _prompt(options, model, tokenizer, spec, folder)
    beams = int(model.generation_config.num_beams or 1)
    sha256 = sha256_of(folder / WEIGHTS) if folder and (folder / WEIGHTS).is_file() else None
    start = Start(model, tokenizer, prompt, beams, sha256)
    _grow(start, options)
    return Start(_with_adapters(start, options), tokenizer, prompt, beams, sha256)


def start_from_scratch(options: TrainOptions, train: Sequence[Pair], folder: Path) -> Start:
    """Train a tokenizer on the training pairs, unless `folder` has it from before, and make a new Pegasus for it.

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
    start = Start(model, tokenizer, _prompt(options, model, tokenizer, "the new model", None), _SCRATCH_BEAMS)
    _grow(start, options)
    return start


def _prompt(options: TrainOptions, model: Any, tokenizer: Any, name: str, folder: Path | None) -> FamilyFields:
    """Return the prompt that is asked for, or the one that the checkpoint was trained with before, or its family's."""
    generation = model.generation_config.to_dict()
    found = family_fields(name, model.config.to_dict(), generation, tokenizer.convert_ids_to_tokens)
    described = read_description(folder) if folder and (folder / DESCRIPTION).is_file() else None
    prefix, suffix = (
        (described.prompt_prefix, described.prompt_suffix)
        if described
        else (found["prompt_prefix"], found["prompt_suffix"])
    )
    return {
        **found,
        "prompt_prefix": prefix if options.prompt_prefix is None else options.prompt_prefix,
        "prompt_suffix": suffix if options.prompt_suffix is None else options.prompt_suffix,
    }


def _grow(start: Start, options: TrainOptions) -> None:
    """Give a model whose positions can grow as many as are asked for."""
    note, summary = options.max_input_tokens or 0, options.max_output_tokens or 0
    wanted = max(note + start.texts.prompt_tokens, summary) if note or summary else 0
    if start.model.config.model_type == _GROWS and wanted > start.positions.count:
        start.model.resize_position_embeddings(wanted)


def _with_adapters(start: Start, options: TrainOptions) -> Any:
    if not options.lora:
        return start.model
    from peft import LoraConfig, TaskType, get_peft_model
    from transformers import set_seed
    from transformers.pytorch_utils import Conv1D

    set_seed(options.seed)  # adapters begin at random
    return get_peft_model(
        start.model,
        LoraConfig(
            task_type=TaskType[start.family.lora_task],
            r=options.lora,
            lora_alpha=options.lora_alpha or 2 * options.lora,
            target_modules="all-linear",
            # GPT-2's matrices are the other way round.
            fan_in_fan_out=any(isinstance(module, Conv1D) for module in start.model.modules()),
        ),
    )
