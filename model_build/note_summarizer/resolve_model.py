"""Finding the model behind a name: a served artifact, a checkpoint, a run, a packaged archive, or a name on the hub."""

from __future__ import annotations

import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from note_summarizer.artifact import (
    CAUSAL,
    DESCRIPTION,
    TOKENIZER,
    ArtifactError,
    ModelArtifact,
    load_artifact,
    sha256_of,
)
from note_summarizer.errors import CheckpointError, DataError
from note_summarizer.model_family import CONFIG, GENERATION, POSITIONS, UNNAMED_POSITIONS, family_of, read_json
from note_summarizer.note_tokens import NoteTokenizer
from note_summarizer.pairs.sources import is_s3, local_copy

WEIGHTS = "model.safetensors"
_ARCHIVE = (".tar.gz", ".tgz")
# What a run folder and the demonstration model's folder call the checkpoint in them.
_INNER = ("model", "checkpoint")
_OUTPUT_TOKENS = 128
# Parts of fewer tokens hold no finding whole.
_LEAST_NOTE = 9


def resolve_model(spec: str, scratch: Path) -> ModelArtifact:
    """Return the artifact that a name stands for.

    Args:
        spec: a folder (served artifact, checkpoint, run), a `model.tar.gz` here or in S3, or a name on the hub.
        scratch: an existing folder for what has to be unpacked or downloaded.

    Raises:
        CheckpointError: there is no such model, or it is neither an encoder-decoder nor a decoder.
        ArtifactError: the folder or archive cannot be served.
    """
    if spec.endswith(_ARCHIVE):
        return resolve_model(str(_unpacked(spec, scratch)), scratch)
    folder = checkpoint_folder(spec)
    if folder is None:
        folder = _from_hub(spec, scratch)
    if (folder / DESCRIPTION).is_file():
        return load_artifact(folder)
    if not (folder / TOKENIZER).is_file() or not (folder / WEIGHTS).is_file():
        folder = _rewritten(str(folder), scratch)
    return describe_checkpoint(folder)


def checkpoint_folder(spec: str) -> Path | None:
    """Return the folder with the model's files, or None if the name is not that of a folder."""
    folder = Path(spec)
    if not folder.is_dir():
        return None
    for candidate in (folder, *(folder / name for name in _INNER)):
        if (candidate / CONFIG).is_file():
            return candidate
    raise CheckpointError(f"{spec} holds no model: {CONFIG} is missing.")


def describe_checkpoint(folder: Path, name: str | None = None, version: str = "0") -> ModelArtifact:
    """Describe a checkpoint folder by its own configuration.

    A decoder-only model's positions hold the prompt, the note and the answer: the note has what the others leave.

    Raises:
        CheckpointError: it is neither an encoder-decoder nor a decoder, or has no room for a note.
    """
    config, generation = read_json(folder / CONFIG), read_json(folder / GENERATION)
    family = family_of(folder)
    settings = {**config, **{key: value for key, value in generation.items() if value is not None}}
    artifact = ModelArtifact(
        folder=folder,
        name=name or folder.resolve().name,
        version=version,
        sha256=sha256_of(folder / WEIGHTS),
        max_input_tokens=_input_tokens(config, read_json(folder / "tokenizer_config.json")),
        max_output_tokens=_output_tokens(settings, causal=family["family"] == CAUSAL),
        beam_size=int(settings.get("num_beams") or 1),
        length_penalty=float(settings.get("length_penalty") or 1.0),
        repetition_penalty=float(settings.get("repetition_penalty") or 1.0),
        weights=WEIGHTS,
        style="prose",
        restore_case=lower_cases(folder / TOKENIZER),
        **family,
    )
    return artifact if artifact.family != CAUSAL else _with_room_for_the_answer(artifact)


def _with_room_for_the_answer(artifact: ModelArtifact) -> ModelArtifact:
    positions = artifact.max_input_tokens
    answer = min(artifact.max_output_tokens, positions // 2)
    note = positions - answer - NoteTokenizer(artifact).prompt_tokens
    if note < _LEAST_NOTE:
        raise CheckpointError(f"{artifact.folder} has {positions} positions, too few for a note and its summary.")
    return replace(artifact, max_input_tokens=note, max_output_tokens=answer)


def lower_cases(tokenizer_json: Path) -> bool:
    """Whether a tokenizer knows no capitals, so that the note has to give its casing back to the summary."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_json))
    return str(tokenizer.decode(tokenizer.encode("Patient").ids, skip_special_tokens=True)).strip() == "patient"


def _input_tokens(config: dict[str, Any], tokenizer: dict[str, Any]) -> int:
    limits = (*(config.get(name) for name in POSITIONS), tokenizer.get("model_max_length"))
    # transformers writes 1e30 where a tokenizer knows no limit.
    known = [int(limit) for limit in limits if limit and limit < 1_000_000]
    return min(known, default=UNNAMED_POSITIONS)


def _output_tokens(settings: dict[str, Any], *, causal: bool) -> int:
    # A decoder-only model's max_length counts the prompt too, and says nothing of the answer.
    longest = None if causal else settings.get("max_length")
    asked = int(settings.get("max_new_tokens") or longest or _OUTPUT_TOKENS)
    # Learned positions end where they end: a longer answer would fail.
    return min(asked, int(settings.get("max_position_embeddings") or asked))


def _unpacked(spec: str, scratch: Path) -> Path:
    folder = scratch / f"unpacked-{len(list(scratch.iterdir()))}"
    try:
        with local_copy(spec) as path, tarfile.open(path) as archive:
            archive.extractall(folder, filter="data")
    except DataError as error:
        raise CheckpointError(str(error)) from error
    except (tarfile.TarError, EOFError) as error:
        raise ArtifactError(f"{spec} is not a whole model archive: package the model again.") from error
    return folder


def _from_hub(spec: str, scratch: Path) -> Path:
    if is_s3(spec) or spec.startswith((".", "/", "~")):
        raise CheckpointError(f"{spec} does not exist: name a folder, a model.tar.gz, or a model on the hub.")
    return _rewritten(spec, scratch)


def _rewritten(spec: str, scratch: Path) -> Path:
    """Load a checkpoint in whatever files it has and write it as safetensors with a fast tokenizer."""
    from note_summarizer.load_checkpoint import load_model, load_tokenizer

    folder = scratch / f"checkpoint-{len(list(scratch.iterdir()))}"
    load_model(spec, causal=True).save_pretrained(folder)
    load_tokenizer(spec).save_pretrained(folder)
    return folder
