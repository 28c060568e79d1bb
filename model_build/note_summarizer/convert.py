"""Conversion of a Hugging Face checkpoint into the served artifact; needs torch and transformers."""

from __future__ import annotations

import shutil
from pathlib import Path

from note_summarizer.artifact import TOKENIZER, ModelArtifact, sha256_of


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
    """Convert a checkpoint with CTranslate2 and write the artifact folder `out` (replaced if it exists)."""
    from ctranslate2.converters import TransformersConverter

    TransformersConverter(str(checkpoint)).convert(str(out), quantization=quantization, force=True)
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
    )
    artifact.write()
    return artifact
