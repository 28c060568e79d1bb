"""Shrinking: a student that begins with some of its teacher's layers; the rest of the weights is the teacher's whole.

"Shrink and fine-tune" of Shleifer and Rush 2020 (arXiv:2010.13002): layers are copied, spaced as far apart as they can
be, and the student is then fine-tuned as any checkpoint is. Decoder layers are what counts: the encoder runs once a
note, the decoder once a token and beam.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from note_summarizer.errors import CheckpointError, OptionsError
from note_summarizer.load_checkpoint import load_model, load_tokenizer
from note_summarizer.resolve_model import checkpoint_folder

# What configurations call the number of layers, encoder and decoder: BART's and Pegasus' kin, then T5's.
_NAMES = (("encoder_layers", "decoder_layers"), ("num_layers", "num_decoder_layers"))
# A weight of a layer: `model.decoder.layers.3.fc1.weight`, or T5's `decoder.block.3.layer.0.SelfAttention.q.weight`.
_LAYER = re.compile(r"^((?:model\.)?(encoder|decoder)\.(?:layers|block)\.)(\d+)(\..+)$")


def spaced_layers(teacher: int, student: int) -> list[int]:
    """Return which of the teacher's layers a student of so many has, from 0: the first, the last, evenly between.

    "Maximally spaced", as Shleifer and Rush 2020 say; a student of one layer has the first.

    Raises:
        OptionsError: the student would have none, or more than the teacher.
    """
    if not 1 <= student <= teacher:
        raise OptionsError(f"{student} layers cannot be copied out of {teacher}: ask for 1 to {teacher}.")
    if student == 1:
        return [0]
    return [(2 * place * (teacher - 1) + student - 1) // (2 * (student - 1)) for place in range(student)]


@dataclass(frozen=True)
class KeptLayers:
    """Which of the teacher's layers the student has, from 0."""

    encoder: Sequence[int]
    decoder: Sequence[int]


def layer_counts(config: Any) -> tuple[int, int]:
    """Return how many encoder and decoder layers a configuration has.

    Raises:
        CheckpointError: it does not say so under a known name.
    """
    encoder, decoder = _names(config)
    return int(getattr(config, encoder)), int(getattr(config, decoder))


def kept_layers(config: Any, *, decoder_layers: int, encoder_layers: int | None = None) -> KeptLayers:
    """Return which layers of a teacher with this configuration a student has.

    Args:
        encoder_layers: all of the teacher's by default.

    Raises:
        OptionsError: more layers are asked for than the teacher has, or none.
        CheckpointError: the teacher is of a family whose layers are not known.
    """
    encoder, decoder = layer_counts(config)
    return KeptLayers(
        _spaced("encoder-layers", encoder, encoder if encoder_layers is None else encoder_layers),
        _spaced("decoder-layers", decoder, decoder_layers),
    )


def shrink_model(teacher: Any, *, decoder_layers: int, encoder_layers: int | None = None) -> Any:
    """Return a student with copies of the teacher's spaced layers and of all its other weights.

    A student of all layers answers as its teacher. The teacher is left as it is.

    Args:
        teacher: encoder-decoder of the BART, Pegasus or T5 family; embeddings may be tied.
        encoder_layers: all of the teacher's by default.

    Raises:
        OptionsError, CheckpointError: as `kept_layers` says.
    """
    kept = kept_layers(teacher.config, decoder_layers=decoder_layers, encoder_layers=encoder_layers)
    config = copy.deepcopy(teacher.config)
    for name, layers in zip(_names(config), (kept.encoder, kept.decoder), strict=True):
        setattr(config, name, len(layers))
    student = type(teacher)(config).to(teacher.dtype)
    student.load_state_dict(dict(_kept_weights(teacher.state_dict(), kept)))  # refuses what is missing or too much
    student.generation_config = copy.deepcopy(teacher.generation_config)
    return student


def write_student(teacher: str, folder: Path, *, decoder_layers: int, encoder_layers: int | None = None) -> Any:
    """Shrink a checkpoint into a new one, with the teacher's tokenizer, in a folder; return the student.

    Args:
        teacher: folder of a run or checkpoint, or a name on the hub.

    Raises:
        CheckpointError, OptionsError: as `load_model` and `kept_layers` say.
    """
    spec = str(checkpoint_folder(teacher) or teacher)
    student = shrink_model(load_model(spec), decoder_layers=decoder_layers, encoder_layers=encoder_layers)
    student.save_pretrained(folder)
    load_tokenizer(spec).save_pretrained(folder)
    return student


def _names(config: Any) -> tuple[str, str]:
    found = next((names for names in _NAMES if all(hasattr(config, name) for name in names)), None)
    if found is None:
        raise CheckpointError(
            f"The layers of a {config.model_type} model are not known: distil one of the BART, Pegasus or T5 family."
        )
    return found


def _spaced(option: str, teacher: int, student: int) -> list[int]:
    try:
        return spaced_layers(teacher, student)
    except OptionsError as error:
        raise OptionsError(f"{option}: {error}") from None


def _kept_weights(weights: Mapping[str, Any], kept: KeptLayers) -> Iterator[tuple[str, Any]]:
    """Yield the student's weights under its own names."""
    for name, weight in weights.items():
        layer = _LAYER.match(name)
        if layer is None:
            yield name, weight
            continue
        layers = kept.encoder if layer[2] == "encoder" else kept.decoder
        if int(layer[3]) in layers:
            yield f"{layer[1]}{layers.index(int(layer[3]))}{layer[4]}", weight
