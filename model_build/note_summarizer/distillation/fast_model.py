"""The fastest form of a model that is served here: converted for CTranslate2 in int8, where that is possible."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path

from note_summarizer.artifact import CONVERTED, TOKENIZER, ModelArtifact, sha256_of
from note_summarizer.convert import convert_weights, first_token
from note_summarizer.errors import CheckpointError

_INT8 = "int8_float32"


def fastest_artifact(artifact: ModelArtifact, folder: Path) -> ModelArtifact:
    """Return the artifact converted into `folder`; or itself, if it is, or if CTranslate2 is missing or cannot do it.

    Int8 is what `chartbrief model package --int8` serves; its answers differ from the checkpoint's in near-ties.
    """
    if artifact.weights.endswith(CONVERTED) or importlib.util.find_spec("ctranslate2") is None:
        return artifact
    try:
        weights = convert_weights(artifact.folder, folder, _INT8)
    except CheckpointError:
        return artifact
    shutil.copyfile(artifact.folder / TOKENIZER, folder / TOKENIZER)
    found = replace(
        artifact,
        folder=folder,
        weights=weights.name,
        sha256=sha256_of(weights),
        first_token=first_token(artifact.folder),
        quantization=_INT8,
    )
    found.write()
    return found
