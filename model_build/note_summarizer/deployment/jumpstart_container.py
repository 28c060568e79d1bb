"""From JumpStart's specification to SageMaker's own shapes, and what has to be settled before: licence, subscription.

Marketplace: https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-use-python-sdk-proprietary.html
Weights that are no archive: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from note_summarizer.deployment.containers import Container
from note_summarizer.deployment.jumpstart_models import JumpStartModel
from note_summarizer.deployment.jumpstart_options import JumpStartOptions
from note_summarizer.deployment.options import EndpointOptions
from note_summarizer.errors import DeploymentError, OptionsError


def require_settled(found: JumpStartModel, options: JumpStartOptions) -> None:
    """Refuse what would need something else first.

    Raises:
        OptionsError: the licence agreement is not accepted; or nothing is wanted that could run the model.
    """
    if found.agreement and not options.accept_eula:
        raise OptionsError(
            f"{found.identifier} has an end-user licence agreement: read {found.agreement} and, if you accept it, give"
            " --accept-eula. Nothing was started."
        )
    if options.endpoint.kind == "none" and data_source(found):
        raise OptionsError(
            f"Transform jobs cannot load {found.identifier}: its weights are no plain archive (ModelDataSource). Choose"
            " --endpoint realtime or async."
        )
    if found.package and options.environment:
        raise OptionsError(f"{found.identifier} is a model package, whose environment is its own: leave --env out.")


def container_of(found: JumpStartModel, role: str, options: JumpStartOptions) -> Container:
    """Return what the model runs in."""
    if found.package:
        return Container(None, {}, role, model_package=found.package)
    environment = {**found.environment, **options.environment}
    return Container(found.image, environment, role, data=data_source(found))


def archive_of(found: JumpStartModel) -> str | None:
    """Return the address of the weights, where they are a plain archive that needs no agreement."""
    return None if data_source(found) else found.weights


def data_source(found: JumpStartModel) -> dict[str, Any] | None:
    """Return the weights in the shape of `ModelDataSource`, where they are a prefix or come with an agreement."""
    address = found.weights
    if not address or not (address.endswith("/") or found.agreement):
        return None
    form = ("S3Prefix", "None") if address.endswith("/") else ("S3Object", "Gzip")
    source: dict[str, Any] = {"S3Uri": address, "S3DataType": form[0], "CompressionType": form[1]}
    if found.agreement:
        source["ModelAccessConfig"] = {"AcceptEula": True}
    return {"S3DataSource": source}


def endpoint_of(found: JumpStartModel, options: JumpStartOptions) -> EndpointOptions:
    """Return the endpoint with the instance type, the disk and the times that the model needs."""
    return replace(options.endpoint, instance_type=found.instance_type, variant=found.variant)


@contextmanager
def subscription_told(found: JumpStartModel) -> Iterator[None]:
    """Say how one subscribes, where SageMaker refuses a Marketplace package to those who are not subscribed.

    Raises:
        DeploymentError: as it was, or with the way to subscribe.
    """
    try:
        yield
    except DeploymentError as error:
        if not found.package or "not subscribed" not in str(error):
            raise
        where = found.subscription or "its page on https://aws.amazon.com/marketplace"
        raise DeploymentError(
            f"{found.identifier} is sold on AWS Marketplace, and this account is not subscribed to it. Subscribe at"
            f" {where} (somebody with the right aws-marketplace:Subscribe can; the seller's price comes on top of the"
            " instance's), then run this again."
        ) from error
