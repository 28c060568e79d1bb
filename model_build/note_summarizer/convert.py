"""Conversion of a Hugging Face checkpoint into the served artifact; needs torch and transformers."""

from __future__ import annotations

import shutil
from pathlib import Path

from note_summarizer.artifact import DESCRIPTION, TOKENIZER, ModelArtifact, read_description, sha256_of
from note_summarizer.errors import CheckpointError
from note_summarizer.model_family import CONFIG, GENERATION, family_of, is_causal, piece_of, read_json


def convert_checkpoint(
    checkpoint: Path,
    out: Path,
    *,
    name: str,
    version: str,
    max_input_tokens: int,
    max_output_tokens: int,
    beam_size: int = 1,
    length_penalty: float = 1.0,
    restore_case: bool = False,
    align_items: bool = False,
    quantization: str = "int8_float32",
) -> ModelArtifact:
    """Convert a checkpoint with CTranslate2 and write the artifact folder `out` (replaced if it exists).

    The prompt is what the checkpoint's own `artifact.json` says, if it has one, else its family's.

    Raises:
        CheckpointError: CTranslate2 does not know the checkpoint's architecture.
    """
    described = checkpoint / DESCRIPTION
    prompt = read_description(checkpoint) if described.is_file() else None
    family = family_of(checkpoint)
    convert_weights(checkpoint, out, quantization)
    shutil.copyfile(checkpoint / TOKENIZER, out / TOKENIZER)
    artifact = ModelArtifact(
        folder=out,
        name=name,
        version=version,
        sha256=sha256_of(out / "model.bin"),
        max_input_tokens=max_input_tokens,
        max_output_tokens=max_output_tokens,
        beam_size=beam_size,
        length_penalty=length_penalty,
        restore_case=restore_case,
        align_items=align_items,
        first_token=first_token(checkpoint),
        family=family["family"],
        prompt_prefix=prompt.prompt_prefix if prompt else family["prompt_prefix"],
        prompt_suffix=prompt.prompt_suffix if prompt else family["prompt_suffix"],
        end_token=family["end_token"],
        quantization=quantization,
    )
    artifact.write()
    return artifact


def convert_weights(checkpoint: Path, out: Path, quantization: str) -> Path:
    """Convert a checkpoint's weights into the folder `out` (replaced if it exists); return their file.

    Args:
        quantization: as CTranslate2 names it: `float32`, or `int8_float32` for int8 matrices.

    Raises:
        CheckpointError: CTranslate2 does not know the checkpoint's architecture.
    """
    # Imported here: the module imports CTranslate2's converters, and they torch.
    from note_summarizer.checkpoint_converter import CheckpointConverter

    try:
        CheckpointConverter(str(checkpoint)).convert(str(out), quantization=quantization, force=True)
    except (ValueError, NotImplementedError) as error:
        raise CheckpointError(
            f"{checkpoint} cannot be converted for CTranslate2 ({error}): serve it as it is."
        ) from error
    return out / "model.bin"


def first_token(checkpoint: Path) -> str:
    """Return the piece that every answer of the checkpoint has to begin with (`forced_bos_token_id`); mostly none."""
    config = read_json(checkpoint / CONFIG)
    # transformers forces the first piece of what it writes, which in a decoder-only model is the prompt's.
    if is_causal(config):
        return ""
    for settings in (read_json(checkpoint / GENERATION), config):
        number = settings.get("forced_bos_token_id")
        if isinstance(number, int):
            return piece_of(checkpoint, number)
    return ""
