"""Registering: the archive becomes a version of a model package group, with its hash and figures beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.labels import as_sdk_tags
from note_summarizer.deployment.undo import Undo
from note_summarizer.errors import OptionsError

ARCHIVE_HASH = "archive_sha256"
_TYPES = ["application/json", "application/jsonlines"]
# CreateModelPackage, CustomerMetadataProperties: 50 entries, values of 256 characters.
_MOST_FIGURES, _LONGEST_VALUE = 40, 256


def ensure_group(name: str, tags: Mapping[str, str], aws: Aws, undo: Undo) -> bool:
    """Create the model package group unless it is there; return whether it was created."""
    from sagemaker.core.resources import ModelPackageGroup

    if group_exists(name, aws):
        return False
    undo.add(f"model package group {name}", lambda: delete_group(name, aws))
    with refusals_told(f"Creating the model package group {name}"):
        ModelPackageGroup.create(
            model_package_group_name=name,
            model_package_group_description="Versions of a note summarizer, registered by chartbrief model deploy",
            tags=as_sdk_tags(tags),
            session=aws.session,
        )
    return True


def ensure_version(request: Mapping[str, Any], aws: Aws, undo: Undo) -> tuple[str, bool]:
    """Register a version unless this archive with this image is registered; return its ARN, and whether it is new.

    Args:
        request: a CreateModelPackage request with the archive's hash in its metadata.
    """
    for package in versions_of(request["ModelPackageGroupName"], aws):
        if _is_same(package, request):
            return str(package["ModelPackageArn"]), False
    # boto3, because the SDK's ModelPackage.create looks for a name in an answer that has only the ARN, and fails
    # after the version was made.
    with refusals_told("Registering the model"):
        arn = str(aws.sagemaker.create_model_package(**request)["ModelPackageArn"])
    undo.add(f"model package {arn.rpartition(':model-package/')[2]}", lambda: delete_version(arn, aws))
    return arn, True


def package_request(group: str, image: str, address: str, approval: str, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return the CreateModelPackage request of a version."""
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": f"{metadata['name']} {metadata['version']}",
        "ModelApprovalStatus": approval,
        "InferenceSpecification": {
            "Containers": [{"Image": image, "ModelDataUrl": address}],
            "SupportedContentTypes": _TYPES,
            "SupportedResponseMIMETypes": _TYPES,
        },
        "CustomerMetadataProperties": dict(metadata),
    }


def read_figures(path: Path | None) -> dict[str, str]:
    """Return the numbers of a JSON file by their dotted names, as text.

    Raises:
        OptionsError: it is not JSON, or holds too many numbers to register.
    """
    if path is None:
        return {}
    try:
        figures = dict(_flat(json.loads(path.read_text("utf-8")), ()))
    except ValueError as error:
        raise OptionsError(f"--metrics {path} is not JSON: {error}") from error
    if len(figures) > _MOST_FIGURES:
        raise OptionsError(f"--metrics {path} has {len(figures)} numbers; at most {_MOST_FIGURES} can be registered.")
    return figures


def versions_of(group: str, aws: Aws) -> Iterator[dict[str, Any]]:
    """Describe the versions of a group, newest first."""
    with refusals_told(f"Listing the versions of {group}"):
        pages = aws.sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending"
        )
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                yield aws.sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])


def group_exists(name: str, aws: Aws) -> bool:
    """Say whether there is a model package group of this name."""
    with refusals_told(f"Looking for the model package group {name}"):
        try:
            aws.sagemaker.describe_model_package_group(ModelPackageGroupName=name)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
    return True


def delete_group(name: str, aws: Aws) -> None:
    """Delete a group; it must be empty."""
    aws.sagemaker.delete_model_package_group(ModelPackageGroupName=name)


def delete_version(arn: str, aws: Aws) -> None:
    """Delete a version."""
    aws.sagemaker.delete_model_package(ModelPackageName=arn)


def _is_same(package: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    recorded = package.get("CustomerMetadataProperties", {}).get(ARCHIVE_HASH)
    containers = package.get("InferenceSpecification", {}).get("Containers", [{}])
    wanted = request["InferenceSpecification"]["Containers"]
    same_hash = recorded == request["CustomerMetadataProperties"][ARCHIVE_HASH]
    return bool(same_hash and containers[0].get("Image") == wanted[0]["Image"])


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _flat(item, (*path, str(name)))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield ".".join(path)[:128], str(round(value, 6))[:_LONGEST_VALUE]
