"""Deleting what clean-up was told to, in order, and looking afterwards whether it is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.create_endpoint import (
    delete_config,
    delete_endpoint,
    describe_config,
    describe_endpoint,
)
from note_summarizer.deployment.create_model import delete_model, describe_model
from note_summarizer.deployment.deployed import Item
from note_summarizer.deployment.register_model import delete_group, delete_version, group_exists
from note_summarizer.deployment.waiting import Patience, Tell
from note_summarizer.deployment.write_parameters import delete_parameter, read_parameter
from note_summarizer.errors import DeploymentError
from note_summarizer.pairs.sources import bucket_and_key


def delete_deployed(items: Sequence[Item], aws: Aws, patience: Patience, tell: Tell) -> None:
    """Delete everything in the given order, and check that nothing of it is left.

    Raises:
        DeploymentError: something could not be deleted; all the others are, and the message names what is left.
    """
    refused: list[str] = []
    for item in items:
        try:
            with refusals_told(f"Deleting {item.kind} {item.label}"):
                _delete(item, aws, patience)
        except DeploymentError as error:
            refused.append(str(error))
            tell(str(error))
        else:
            tell(f"deleted {item.kind} {item.label}")
    left = [item for item in items if is_there(item, aws)]
    if left or refused:
        names = ", ".join(f"{item.kind} {item.label}" for item in left) or "nothing"
        raise DeploymentError(f"Not everything could be deleted. Left: {names}. {' '.join(refused)}".rstrip())


def is_there(item: Item, aws: Aws) -> bool:
    """Say whether a thing still exists.

    Raises:
        DeploymentError: AWS does not say.
    """
    checks: dict[str, Callable[[], Any]] = {
        "parameter": lambda: read_parameter(item.name, aws) is not None,
        "endpoint": lambda: describe_endpoint(item.name, aws) is not None,
        "endpoint configuration": lambda: describe_config(item.name, aws) is not None,
        "model": lambda: describe_model(item.name, aws) is not None,
        "model package": lambda: _version_exists(item.name, aws),
        "model package group": lambda: group_exists(item.name, aws),
        "archive": lambda: bool(_versions(item.name, aws)),
    }
    return bool(checks[item.kind]())


def _delete(item: Item, aws: Aws, patience: Patience) -> None:
    deletions: dict[str, Callable[[], None]] = {
        "parameter": lambda: delete_parameter(item.name, aws),
        "endpoint": lambda: delete_endpoint(item.name, aws, patience),
        "endpoint configuration": lambda: delete_config(item.name, aws),
        "model": lambda: delete_model(item.name, aws),
        "model package": lambda: delete_version(item.name, aws),
        "model package group": lambda: delete_group(item.name, aws),
        "archive": lambda: _delete_archive(item.name, aws),
    }
    deletions[item.kind]()


def _version_exists(arn: str, aws: Aws) -> bool:
    with refusals_told(f"Looking for the model package {arn}"):
        try:
            aws.sagemaker.describe_model_package(ModelPackageName=arn)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
    return True


def _delete_archive(address: str, aws: Aws) -> None:
    """Delete every version of an archive: in a versioned bucket a plain deletion keeps, and bills, the bytes."""
    for key, version in _versions(address, aws):
        aws.s3.delete_object(Bucket=bucket_and_key(address)[0], Key=key, VersionId=version)


def _versions(address: str, aws: Aws) -> list[tuple[str, str]]:
    """Return key and version of what there is of an archive, and of the receipt that `package` puts beside it."""
    bucket, key = bucket_and_key(address)
    with refusals_told(f"Listing the versions of {address}"):
        pages = aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
        listed = [found for page in pages for kind in ("Versions", "DeleteMarkers") for found in page.get(kind, [])]
    return [(found["Key"], found["VersionId"]) for found in listed if found["Key"] in (key, f"{key}.json")]
