"""What pretraining starts from: notes, a tokenizer, and a model that is new or goes on; all checked before a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_summarizer.artifact import TOKENIZER
from note_summarizer.errors import CheckpointError
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.pairs import ReadReport
from note_summarizer.pairs.read_pairs import read_notes
from note_summarizer.pretraining.gap_sentences import MASK
from note_summarizer.pretraining.new_model import new_model
from note_summarizer.pretraining.options import PretrainOptions
from note_summarizer.pretraining.train_tokenizer import train_tokenizer
from note_summarizer.resolve_model import checkpoint_folder

FINE_TUNING_DROPOUT = 0.1


@dataclass(frozen=True)
class Start:
    """A model in float32 with its tokenizer.

    Attributes:
        reader: the tokenizer's `tokenizers.Tokenizer`, without truncation or padding.
    """

    model: Any
    tokenizer: Any

    @property
    def reader(self) -> Any:
        """The tokenizer's fast part."""
        reader = self.tokenizer.backend_tokenizer
        reader.no_truncation()
        reader.no_padding()
        return reader

    @property
    def parameters(self) -> int:
        """Number of weights that learn."""
        return sum(weight.numel() for weight in self.model.parameters() if weight.requires_grad)


def read_all_notes(options: PretrainOptions) -> tuple[list[str], list[ReadReport]]:
    """Read the files of notes; of equal notes the first is kept.

    Raises:
        DataError: a file cannot be read, or has an empty note.
    """
    read = [read_notes(source, options.note_column) for source in options.notes]
    return list(dict.fromkeys(note for notes, _ in read for note in notes)), [report for _, report in read]


def start_from(options: PretrainOptions, notes: Sequence[str], tokenizer_folder: Path) -> Start:
    """Load or make what the options ask for; a tokenizer that was trained before is taken from its folder.

    Raises:
        OptionsError: there is no such size.
        CheckpointError: a checkpoint or tokenizer cannot be loaded, or cannot learn from gaps.
    """
    if options.checkpoint:
        start = _from_checkpoint(options.checkpoint)
    else:
        tokenizer = _tokenizer(options, notes, tokenizer_folder)
        start = Start(new_model(options.size, len(tokenizer), options.seed), tokenizer)
    positions = start.model.config.max_position_embeddings
    if max(options.max_input_tokens, options.max_output_tokens) > positions:
        start.model.resize_position_embeddings(max(options.max_input_tokens, options.max_output_tokens))
    set_dropout(start.model, options.dropout)
    return start


def _tokenizer(options: PretrainOptions, notes: Sequence[str], folder: Path) -> Any:
    if options.tokenizer:
        found = load_tokenizer(options.tokenizer)
        _require_mask(found, options.tokenizer)
        return found
    if not (folder / TOKENIZER).is_file():
        train_tokenizer(notes, folder, options.vocabulary, lower_case=options.lower_case)
    return load_tokenizer(str(folder))


def _from_checkpoint(spec: str) -> Start:
    folder = str(checkpoint_folder(spec) or spec)
    start = Start(load_model(folder), load_tokenizer(folder))
    if start.model.config.model_type != "pegasus":
        raise CheckpointError(f"{spec} is a {start.model.config.model_type} model: pretraining goes on from a Pegasus.")
    _require_mask(start.tokenizer, spec)
    return start


def _require_mask(tokenizer: Any, spec: str) -> None:
    if tokenizer.convert_tokens_to_ids(MASK) == tokenizer.unk_token_id:
        raise CheckpointError(f"{spec} has no piece {MASK}, which stands for a gap: take a Pegasus tokenizer.")


def set_dropout(model: Any, dropout: float) -> None:
    """Set what training drops, here and in the configuration that is saved."""
    model.config.dropout = model.config.attention_dropout = dropout
    for module in model.modules():
        if isinstance(getattr(module, "dropout", None), float):
            module.dropout = dropout
