"""The served artifact: a folder with a CTranslate2 model, its tokenizer, and `artifact.json` that describes both."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

DESCRIPTION = "artifact.json"
_FILES = ("model.bin", "config.json", "tokenizer.json", DESCRIPTION)


class ArtifactError(ValueError):
    """The artifact folder cannot be served; the message names the folder and says what is wrong with it."""


class ModelArtifact(BaseModel):
    """What `artifact.json` says, and where the folder is.

    Attributes:
        sha256: hash of `model.bin`; an artifact whose weights do not have it is refused.
        max_input_tokens: longest input, end-of-sequence token included; longer notes are split.
        restore_case: the model answers in lower case and the engine gives the note's casing back.
        align_items: the model's items take the note's own wording where they are close to it.
    """

    model_config = ConfigDict(frozen=True)

    folder: Path
    name: str
    version: str
    sha256: str
    max_input_tokens: int = Field(gt=8)
    max_output_tokens: int = Field(gt=1)
    beam_size: int = Field(1, ge=1)
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    restore_case: bool = False
    align_items: bool = False


def load_artifact(folder: Path) -> ModelArtifact:
    """Read and verify the artifact in a folder.

    Raises:
        ArtifactError: a file is missing, the description does not parse, or the weights are not the described ones.
    """
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise ArtifactError(f"{folder} holds no model to serve: {', '.join(missing)} missing")
    try:
        artifact = ModelArtifact(folder=folder, **json.loads((folder / DESCRIPTION).read_text("utf-8")))
    except (ValidationError, ValueError, TypeError) as error:
        raise ArtifactError(f"{folder / DESCRIPTION} does not describe a model: {error}") from error
    if sha256_of(folder / "model.bin") != artifact.sha256:
        raise ArtifactError(f"{folder / 'model.bin'} is not the model that {DESCRIPTION} describes: its hash differs")
    return artifact


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
