"""Creating the SageMaker model: what transform jobs run, and what an endpoint serves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.containers import Container
from note_summarizer.deployment.labels import as_sdk_tags
from note_summarizer.deployment.options import Network
from note_summarizer.deployment.undo import Undo
from note_summarizer.errors import DeploymentError


def model_settings(container: Container, network: Network) -> dict[str, Any]:
    """Return what a model is made of besides its archive; its name has a hash of this."""
    return {
        "image": container.image,
        "environment": container.environment,
        "role": container.role,
        "subnets": sorted(network.subnets),
        "security_groups": sorted(network.security_groups),
        "isolated": network.isolated,
        **{name: value for name, value in _besides(container).items() if value},
    }


def ensure_model(
    name: str,
    address: str | None,
    container: Container,
    network: Network,
    tags: Mapping[str, str],
    aws: Aws,
    undo: Undo,
) -> bool:
    """Create the model unless it is there; return whether it was created.

    Args:
        address: of its archive; nothing where the container says itself what it runs.

    Raises:
        DeploymentError: SageMaker refuses, or a model of this name is another one.
    """
    from sagemaker.core.resources import Model
    from sagemaker.core.shapes import VpcConfig

    found = describe_model(name, aws)
    if found is not None:
        _require_same(name, found, container)
        return False
    undo.add(f"model {name}", lambda: delete_model(name, aws))
    vpc = {"vpc_config": VpcConfig(security_group_ids=list(network.security_groups), subnets=list(network.subnets))}
    with refusals_told(f"Creating the model {name}"):
        Model.create(
            model_name=name,
            execution_role_arn=container.role,
            primary_container=_definition(container, address),
            enable_network_isolation=network.isolated,
            tags=as_sdk_tags(tags),
            session=aws.session,
            **(vpc if network.subnets else {}),
        )
    return True


def describe_model(name: str, aws: Aws) -> dict[str, Any] | None:
    """Return what SageMaker says of a model; nothing if there is none."""
    with refusals_told(f"Looking for the model {name}"):
        try:
            found: dict[str, Any] = aws.sagemaker.describe_model(ModelName=name)
        except ClientError as error:
            if is_missing(error):
                return None
            raise
    return found


def delete_model(name: str, aws: Aws) -> None:
    """Delete a model if it is there."""
    if describe_model(name, aws) is not None:
        aws.sagemaker.delete_model(ModelName=name)


def _besides(container: Container) -> dict[str, Any]:
    return {
        "model_package": container.model_package,
        "data": container.data,
    }


def _definition(container: Container, address: str | None) -> Any:
    from sagemaker.core.shapes import ContainerDefinition

    said = {
        "image": container.image,
        "model_data_url": address,
        "environment": container.environment,
        "model_package_name": container.model_package,
        "model_data_source": snake_case(container.data),
    }
    return ContainerDefinition(**{name: value for name, value in said.items() if value})


def snake_case(shape: Any) -> Any:
    """Return a shape of AWS's API with its keys as the SDK's classes spell them."""
    if not isinstance(shape, Mapping):
        return shape
    return {re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", key).lower(): snake_case(value) for key, value in shape.items()}


def _require_same(name: str, found: Mapping[str, Any], container: Container) -> None:
    primary = found.get("PrimaryContainer", {})
    same = primary.get("Image") == container.image and primary.get("Environment", {}) == container.environment
    same = same and primary.get("ModelPackageName") == container.model_package
    if not same or found.get("ExecutionRoleArn") != container.role:
        raise DeploymentError(
            f"A model {name} exists and was made with another image, environment or role: give --version another name,"
            " or remove it with `chartbrief model cleanup`."
        )
