"""What goes into a packaged model, and under which names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from note_summarizer.artifact import DESCRIPTION, ModelArtifact, sha256_of
from note_summarizer.convert import first_token
from note_summarizer.errors import OptionsError
from note_summarizer.packaging.handler_code import handler_code
from note_summarizer.shortlist import RULES

CODE, CONVERTED_FOLDER = "code", "ctranslate2"
REQUIREMENTS = f"{CODE}/requirements.txt"
# A list, so that nothing else of a run folder (examples, predictions) travels along.
_CHECKPOINT = (
    "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "spiece.model", "vocab.json", "merges.txt",
)  # fmt: skip
# The Hugging Face container brings torch, transformers and tokenizers; these it has to install, and only if needed.
_RAPIDFUZZ, _CTRANSLATE2 = "rapidfuzz>=3.14,<4", "ctranslate2==4.8.5"
_HEADING = "# Installed when the Hugging Face container starts; torch, transformers and tokenizers come with it.\n"


@dataclass(frozen=True)
class Member:
    """A file of the archive: its name there, and where its bytes are."""

    name: str
    content: Path | bytes


def members_of(
    artifact: ModelArtifact, converted: Path | None, *, install: bool = True, quantization: str = ""
) -> list[Member]:
    """Return the files of the package, in the order of their names.

    Args:
        artifact: the checkpoint, as it is to be described.
        converted: folder with the converted model, if it is to lie beside the checkpoint.
        quantization: what the converted model's weights are stored in.
        install: `code/requirements.txt` names the packages that the handler can use; else it names none.
    """
    described = artifact if converted is None else with_converted(artifact, converted, quantization)
    members = [
        Member(DESCRIPTION, described.described().encode()),
        Member(artifact.weights, artifact.weights_file),
        Member(REQUIREMENTS, requirements_text(artifact, converted=converted is not None, install=install).encode()),
        *_files(artifact.folder, _CHECKPOINT),
        *(Member(f"{CODE}/{name}", path) for name, path in handler_code().items()),
    ]
    if converted is not None:
        members += [Member(f"{CONVERTED_FOLDER}/{path.name}", path) for path in converted.iterdir() if path.is_file()]
    return sorted(members, key=lambda member: member.name)


def with_converted(artifact: ModelArtifact, converted: Path, quantization: str = "") -> ModelArtifact:
    """Return the description of a checkpoint with its converted model beside it, which is preferred."""
    return replace(
        artifact,
        weights=f"{CONVERTED_FOLDER}/model.bin",
        sha256=sha256_of(converted / "model.bin"),
        fallback_weights=artifact.weights,
        fallback_sha256=artifact.sha256,
        first_token=first_token(artifact.folder),
        quantization=quantization,
        shortlist=(converted / RULES).is_file(),
    )


def requirements_text(artifact: ModelArtifact, *, converted: bool, install: bool) -> str:
    """Return `code/requirements.txt`: what the container has to install for the handler.

    Raises:
        OptionsError: nothing may be installed, and the model cannot be served without it.
    """
    needed = [name for name, wanted in ((_CTRANSLATE2, converted), (_RAPIDFUZZ, artifact.align_items)) if wanted]
    if not install and artifact.align_items:
        raise OptionsError(
            "--no-requirements cannot work: the model's items are aligned with the note, for which the Hugging Face"
            " container has to install rapidfuzz. Serve it from our own image, or leave the option out."
        )
    return _HEADING + "".join(f"{name}\n" for name in needed if install)


def _files(folder: Path, names: tuple[str, ...]) -> Iterator[Member]:
    return (Member(name, folder / name) for name in names if (folder / name).is_file())
