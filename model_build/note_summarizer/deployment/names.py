"""What deployed things are called: readable, deterministic, and within SageMaker's 63 characters.

The same artifact with the same settings has the same names, so deploying it again finds what is there; other settings
(another image, role or network) make other names, because a SageMaker model cannot be changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from note_summarizer.errors import OptionsError

# CreateModel, CreateEndpoint, CreateEndpointConfig: 63 characters, letters and digits with hyphens between.
LONGEST = 63
NO_ENDPOINT = "none"  # an SSM parameter cannot be empty; template.yaml knows the word
PROJECT = "chartbrief"
_STAGE = re.compile("[a-z][a-z0-9-]{0,11}")  # as template.yaml's Stage has it
_KINDS = {"realtime": "rt", "serverless": "sl", "async": "as"}
_HEAD = LONGEST - len("-12345678-1234") - len("-rt-1234")


@dataclass(frozen=True)
class ParameterNames:
    """The SSM parameters that template.yaml's ModelName and EndpointName read."""

    model: str
    endpoint: str


def parameter_names(stage: str) -> ParameterNames:
    """Return the SSM parameters of a stage.

    Raises:
        OptionsError: the stage is not a short lower-case word.
    """
    if not _STAGE.fullmatch(stage):
        raise OptionsError(f'--stage "{stage}" is not a short lower-case word such as dev or prod.')
    return ParameterNames(f"/{PROJECT}/{stage}/model-name", f"/{PROJECT}/{stage}/endpoint-name")


def model_name(name: str, version: str, sha256: str, settings: Mapping[str, object]) -> str:
    """Return the SageMaker model's name: the artifact's name, version and hash, and a hash of the settings.

    Args:
        sha256: hash of the archive; eight digits of it are in the name.
        settings: what else the model is made of (image, environment, role, network).
    """
    head = f"{_with_project(slug(name))}-{slug(version)}"[:_HEAD].rstrip("-")
    return f"{head}-{sha256[:8]}-{_digest(settings)}"


def endpoint_name(model: str, kind: str, settings: Mapping[str, object]) -> str:
    """Return the name of a model's endpoint and of its configuration; other settings make another endpoint."""
    return f"{model}-{_KINDS[kind]}-{_digest(settings)}"


def group_name(name: str) -> str:
    """Return the model package group in which the versions of a model are registered."""
    return _with_project(slug(name))[:LONGEST].rstrip("-")


def artifact_key(name: str, version: str, sha256: str) -> str:
    """Return the S3 key under which `deploy` puts a local archive."""
    return f"{PROJECT}/models/{slug(name)}/{slug(version)}-{sha256[:8]}/model.tar.gz"


def slug(text: str) -> str:
    """Return text as lower-case letters and digits with single hyphens between.

    Raises:
        OptionsError: nothing is left of it.
    """
    found = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
    if not found:
        raise OptionsError(f'"{text}" has no letter or digit of which a name could be made: give --name and --version.')
    return found


def _with_project(text: str) -> str:
    return text if text == PROJECT or text.startswith(f"{PROJECT}-") else f"{PROJECT}-{text}"


def _digest(settings: Mapping[str, object]) -> str:
    canonical = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:4]
