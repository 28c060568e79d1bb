"""What stands in the account because of `deploy`, found by its tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from note_summarizer.deployment.connections import Aws, refusals_told
from note_summarizer.deployment.create_endpoint import describe_config
from note_summarizer.deployment.create_model import describe_model
from note_summarizer.deployment.labels import ARCHIVE, DEPLOY, MADE_BY, MODEL, STAGE, as_mapping
from note_summarizer.deployment.names import PROJECT, parameter_names
from note_summarizer.deployment.register_model import ARCHIVE_HASH, versions_of
from note_summarizer.deployment.write_parameters import read_parameter

Kind = Literal[
    "parameter", "endpoint", "endpoint configuration", "model", "model package", "model package group", "archive"
]


@dataclass(frozen=True)
class Item:
    """One thing that was deployed.

    Attributes:
        name: what it is deleted by: a name, an ARN (model package), or an S3 address (archive).
        model: the SageMaker model it belongs to, if it belongs to one alone.
        sha256: hash of the archive it was made from.
        detail: what SageMaker says of it.
    """

    kind: Kind
    name: str
    stage: str | None = None
    model: str | None = None
    sha256: str | None = None
    detail: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> str:
        """The name as people know it."""
        return self.name.rpartition(":model-package/")[2]


def find_deployed(aws: Aws) -> list[Item]:
    """Return the endpoints, configurations, models, groups and versions that `deploy` made, of every stage.

    Raises:
        DeploymentError: AWS refuses to list them.
    """
    return [*_endpoints(aws), *_configs(aws), *_models(aws), *_groups(aws)]


def find_parameters(stage: str, aws: Aws) -> list[Item]:
    """Return the SSM parameters of a stage that are there; `detail` has their value."""
    names = parameter_names(stage)
    values = {name: read_parameter(name, aws) for name in (names.model, names.endpoint)}
    return [Item("parameter", name, stage, detail={"value": v}) for name, v in values.items() if v is not None]


def _endpoints(aws: Aws) -> Iterator[Item]:
    for name, arn in _listed("list_endpoints", "Endpoints", "Endpoint", aws):
        yield from _ours("endpoint", name, arn, aws, lambda name=name: describe_config(name, aws))


def _configs(aws: Aws) -> Iterator[Item]:
    for name, arn in _listed("list_endpoint_configs", "EndpointConfigs", "EndpointConfig", aws):
        yield from _ours("endpoint configuration", name, arn, aws, lambda name=name: describe_config(name, aws))


def _models(aws: Aws) -> Iterator[Item]:
    for name, arn in _listed("list_models", "Models", "Model", aws):
        yield from _ours("model", name, arn, aws, lambda name=name: describe_model(name, aws))


def _groups(aws: Aws) -> Iterator[Item]:
    listed = _listed("list_model_package_groups", "ModelPackageGroupSummaryList", "ModelPackageGroup", aws)
    for name, arn in listed:
        for group in _ours("model package group", name, arn, aws, dict):
            yield group
            for version in versions_of(name, aws):
                metadata = version.get("CustomerMetadataProperties", {})
                yield Item(
                    "model package",
                    version["ModelPackageArn"],
                    metadata.get("stage"),
                    sha256=metadata.get(ARCHIVE_HASH),
                    detail=version,
                )


def _ours(kind: Kind, name: str, arn: str, aws: Aws, describe: Any) -> Iterator[Item]:
    with refusals_told(f"Reading the tags of {name}"):
        pages = aws.sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
        tags = as_mapping(tag for page in pages for tag in page["Tags"])
    if tags.get(MADE_BY) == DEPLOY:
        yield Item(kind, name, tags.get(STAGE), tags.get(MODEL), tags.get(ARCHIVE), describe() or {})


def _listed(operation: str, field_name: str, prefix: str, aws: Aws) -> list[tuple[str, str]]:
    with refusals_told(f"Listing what was deployed ({operation.replace('_', ' ')})"):
        pages = aws.sagemaker.get_paginator(operation).paginate(NameContains=PROJECT)
        return [(found[f"{prefix}Name"], found[f"{prefix}Arn"]) for page in pages for found in page[field_name]]
