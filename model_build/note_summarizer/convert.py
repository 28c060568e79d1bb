"""Conversion of a Hugging Face checkpoint into the served artifact; needs torch and transformers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tokenizers import Tokenizer

from note_summarizer.artifact import TOKENIZER, ModelArtifact, sha256_of
from note_summarizer.errors import CheckpointError


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

    Raises:
        CheckpointError: CTranslate2 does not know the checkpoint's architecture.
    """
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
    for name in ("generation_config.json", "config.json"):
        path = checkpoint / name
        number = json.loads(path.read_text("utf-8")).get("forced_bos_token_id") if path.is_file() else None
        if isinstance(number, int):
            return str(Tokenizer.from_file(str(checkpoint / TOKENIZER)).id_to_token(number))
    return ""
