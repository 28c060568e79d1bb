"""Tags: how clean-up knows what deploy made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from note_summarizer.deployment.names import PROJECT

MADE_BY, STAGE, MODEL, ARCHIVE = f"{PROJECT}:made-by", f"{PROJECT}:stage", f"{PROJECT}:model", f"{PROJECT}:archive"
JUMPSTART = f"{PROJECT}:jumpstart"
DEPLOY = "model-deploy"
TRAIN = "model-train"


def deployed_tags(stage: str, model: str, sha256: str | None, own: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of everything that one deployment makes; the user's own come along.

    Args:
        sha256: of the archive it is made from; nothing where there is none of ours.
    """
    archive = {ARCHIVE: sha256} if sha256 else {}
    return {**own, MADE_BY: DEPLOY, STAGE: stage, MODEL: model, **archive}


def shared_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags of what several deployments share, the group and the parameters: without any model's name."""
    return {key: value for key, value in tags.items() if key not in (MODEL, ARCHIVE, JUMPSTART)}


def as_sdk_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as the SageMaker SDK takes them."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def as_boto_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as boto3 takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def as_mapping(tags: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return boto3's tags as a mapping."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}
