"""The served artifact: a folder with weights, a tokenizer, and `artifact.json` that describes both.

The weights are a converted CTranslate2 model (`model.bin`) or a checkpoint's (`model.safetensors`). What reads an
artifact also runs in containers that have little installed, hence the standard library alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from note_summarizer.errors import ModelBuildError

DESCRIPTION = "artifact.json"
TOKENIZER = "tokenizer.json"
CONVERTED, CHECKPOINT = ".bin", ".safetensors"
SummaryStyle = Literal["items", "prose"]
# What a model is: an encoder-decoder, or a decoder that goes on with a prompt.
Family = Literal["seq2seq", "causal"]
CAUSAL: Final = "causal"


class ArtifactError(ModelBuildError, ValueError):
    """The artifact folder cannot be served; the message names the folder and says what is wrong with it."""


@dataclass(frozen=True)
class ModelArtifact:
    """What `artifact.json` says, and where the folder is.

    Attributes:
        sha256: hash of the weights; an artifact whose weights do not have it is refused.
        max_input_tokens: longest input, end-of-sequence token included and prompt excluded; longer notes are split.
        weights: the weights' path within the folder; its suffix says which back end reads it.
        style: summaries are comma-separated items, or prose; decides how those of a long note's parts are merged.
        restore_case: the model answers in lower case and the engine gives the note's casing back.
        align_items: the model's items take the note's own wording where they are close to it.
        first_token: piece that every answer has to begin with; BART's have one. A checkpoint says it itself.
        family: `seq2seq`, an encoder-decoder, or `causal`, a decoder that goes on with a prompt.
        prompt_prefix, prompt_suffix: text that the model reads before and after the note.
        end_token: piece that ends a causal model's answer; a converted encoder-decoder and a checkpoint say it
            themselves.
        quantization: what a converted model's weights are stored in, as CTranslate2 names it; empty if not known.
        shortlist: a converted model's answers are made of the note's pieces and of those its shortlist always allows;
            a search with more than one beam knows no shortlist.
        fallback_weights, fallback_sha256: the checkpoint beside a converted model, for containers without CTranslate2.
    """

    folder: Path
    name: str
    version: str
    sha256: str
    max_input_tokens: int
    max_output_tokens: int
    beam_size: int = 1
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    weights: str = "model.bin"
    style: SummaryStyle = "items"
    restore_case: bool = False
    align_items: bool = False
    first_token: str = ""
    fallback_weights: str = ""
    fallback_sha256: str = ""
    family: Family = "seq2seq"
    prompt_prefix: str = ""
    prompt_suffix: str = ""
    end_token: str = ""
    quantization: str = ""
    shortlist: bool = False

    def __post_init__(self) -> None:
        problems = [f"{name} is not {what}" for name, what in _EXPECTED if not isinstance(getattr(self, name), what)]
        problems += [f"{name} is below {low}" for name, low in _LEAST if not problems and getattr(self, name) < low]
        if self.style not in get_args(SummaryStyle):
            problems.append(f"style is none of {', '.join(get_args(SummaryStyle))}")
        if self.family not in get_args(Family):
            problems.append(f"family is none of {', '.join(get_args(Family))}")
        if problems:
            raise ArtifactError(f"{self.folder / DESCRIPTION} does not describe a model: {'; '.join(problems)}")

    @property
    def weights_file(self) -> Path:
        """Where the weights are."""
        return self.folder / self.weights

    def without_converted(self) -> ModelArtifact:
        """Return the artifact as it is served where CTranslate2 is not installed: with the checkpoint's weights."""
        return replace(
            self,
            weights=self.fallback_weights,
            sha256=self.fallback_sha256,
            quantization="",
            shortlist=False,
            fallback_weights="",
            fallback_sha256="",
        )

    def write(self) -> None:
        """Write `artifact.json` into the folder."""
        (self.folder / DESCRIPTION).write_text(self.described(), "utf-8")

    def described(self) -> str:
        """Return the text of `artifact.json`."""
        described = {name: value for name, value in asdict(self).items() if name != "folder"}
        return json.dumps(described, indent=2) + "\n"


_EXPECTED: tuple[tuple[str, Any], ...] = (
    *((name, str) for name in ("name", "version", "sha256", "weights", "style", "first_token")),
    *((name, str) for name in ("family", "prompt_prefix", "prompt_suffix", "end_token", "quantization")),
    *((name, str) for name in ("fallback_weights", "fallback_sha256")),
    *((name, int) for name in ("max_input_tokens", "max_output_tokens", "beam_size")),
    *((name, (int, float)) for name in ("length_penalty", "repetition_penalty")),
    *((name, bool) for name in ("restore_case", "align_items", "shortlist")),
)
_LEAST = (("max_input_tokens", 9), ("max_output_tokens", 2), ("beam_size", 1))


def load_artifact(folder: Path) -> ModelArtifact:
    """Read and verify the artifact in a folder.

    Of an artifact with a converted model and a checkpoint, the one that is served here is verified and returned: the
    converted model where CTranslate2 is installed.

    Raises:
        ArtifactError: a file is missing, the description does not parse, or the weights are not the described ones.
    """
    _require(folder, DESCRIPTION, TOKENIZER)
    artifact = _servable_here(read_description(folder))
    beside = Path(artifact.weights).with_name("config.json")
    _require(folder, artifact.weights, str(beside))
    if sha256_of(artifact.weights_file) != artifact.sha256:
        raise ArtifactError(f"{artifact.weights_file} is not the model that {DESCRIPTION} describes: its hash differs")
    return artifact


def read_description(folder: Path) -> ModelArtifact:
    """Return what `artifact.json` says, without a look at the weights.

    Raises:
        ArtifactError: it does not parse, or names no model.
    """
    try:
        described = json.loads((folder / DESCRIPTION).read_text("utf-8"))
        unknown = set(described) - {field.name for field in fields(ModelArtifact)}
        return ModelArtifact(folder=folder, **{name: described[name] for name in described if name not in unknown})
    except ArtifactError:
        raise
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{folder / DESCRIPTION} does not describe a model: {error}") from error


def _servable_here(artifact: ModelArtifact) -> ModelArtifact:
    converted = artifact.weights.endswith(CONVERTED)
    if not (converted and artifact.fallback_weights) or importlib.util.find_spec("ctranslate2") is not None:
        return artifact
    return artifact.without_converted()


def _require(folder: Path, *names: str) -> None:
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ArtifactError(f"{folder} holds no model to serve: {', '.join(missing)} missing")


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
