"""Creating an endpoint, real-time, serverless or asynchronous, and waiting until it serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.labels import as_boto_tags, as_sdk_tags
from note_summarizer.deployment.options import EndpointOptions
from note_summarizer.deployment.undo import Undo
from note_summarizer.deployment.waiting import Patience, Tell, wait_for
from note_summarizer.errors import DeploymentError

VARIANT = "AllTraffic"
_ENDS = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})
_GONE = "gone"
# Loading 2 GB of weights on a small instance takes minutes; the service's own limit for the first ping is 60 minutes.
_STARTUP_SECONDS = 1200


def endpoint_settings(endpoint: EndpointOptions, kms_key: str | None) -> dict[str, Any]:
    """Return what an endpoint of this kind is made of besides its model; its name has a hash of this."""
    matter = {
        "realtime": ("kind", "instance_type", "instance_count"),
        "serverless": ("kind", "memory_mb", "concurrency"),
        "async": ("kind", "instance_type", "instance_count", "output"),
    }
    everything = asdict(endpoint)
    besides = {"variant": dict(endpoint.variant)} if endpoint.variant else {}
    return {"kms_key": kms_key, **besides, **{name: everything[name] for name in matter[endpoint.kind]}}


def ensure_endpoint(
    name: str, model: str, endpoint: EndpointOptions, kms_key: str | None, tags: Mapping[str, str], aws: Aws, undo: Undo
) -> bool:
    """Create the endpoint and its configuration unless they are there; return whether the endpoint was created."""
    from sagemaker.core.resources import Endpoint

    if describe_config(name, aws) is None:
        undo.add(f"endpoint configuration {name}", lambda: delete_config(name, aws))
        with refusals_told(f"Creating the endpoint configuration {name}"):
            # boto3, because the SDK writes the serverless memory's name as MemorySizeInMb, which the API does not know.
            aws.sagemaker.create_endpoint_config(
                EndpointConfigName=name, Tags=as_boto_tags(tags), **_config(model, endpoint, kms_key)
            )
    if describe_endpoint(name, aws) is not None:
        return False
    undo.add(f"endpoint {name}", lambda: delete_endpoint(name, aws))
    with refusals_told(f"Creating the endpoint {name}"):
        Endpoint.create(endpoint_name=name, endpoint_config_name=name, tags=as_sdk_tags(tags), session=aws.session)
    return True


def wait_until_it_serves(name: str, aws: Aws, patience: Patience, tell: Tell) -> None:
    """Wait until an endpoint is in service.

    Raises:
        DeploymentError: it failed, with SageMaker's reason; or it takes too long.
    """
    status = wait_for(f"endpoint {name}", lambda: _status(name, aws), _ENDS | {_GONE}, patience, tell)
    if status != "InService":
        found = describe_endpoint(name, aws) or {}
        reason = found.get("FailureReason", "SageMaker gave no reason")
        raise DeploymentError(
            f"The endpoint {name} is {status}: {reason}. Its log: CloudWatch, /aws/sagemaker/Endpoints/{name}."
        )


def has_volume(endpoint: EndpointOptions) -> bool:
    """Say whether the endpoint's instances have a volume that a key can encrypt.

    Serverless endpoints have none, and local storage is encrypted by the instance: with it SageMaker refuses a key.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html (KmsKeyId)
    """
    from sagemaker.core.common_utils import volume_size_supported

    return endpoint.kind != "serverless" and bool(volume_size_supported(endpoint.instance_type))


def describe_endpoint(name: str, aws: Aws) -> dict[str, Any] | None:
    """Return what SageMaker says of an endpoint; nothing if there is none."""
    return _described(f"endpoint {name}", lambda: aws.sagemaker.describe_endpoint(EndpointName=name))


def describe_config(name: str, aws: Aws) -> dict[str, Any] | None:
    """Return what SageMaker says of an endpoint configuration; nothing if there is none."""
    what = f"endpoint configuration {name}"
    return _described(what, lambda: aws.sagemaker.describe_endpoint_config(EndpointConfigName=name))


def delete_endpoint(name: str, aws: Aws, patience: Patience | None = None) -> None:
    """Delete an endpoint if it is there, and wait until it is gone: until then its configuration is in use."""
    patience = patience or Patience()
    found = describe_endpoint(name, aws)
    if found is None:
        return
    if found["EndpointStatus"] == "Creating":  # cannot be deleted before it has come up or failed
        wait_for(f"endpoint {name}", lambda: _status(name, aws), _ENDS | {_GONE}, patience, lambda _: None)
    aws.sagemaker.delete_endpoint(EndpointName=name)
    wait_for(f"endpoint {name}", lambda: _status(name, aws), frozenset({_GONE}), patience, lambda _: None)


def delete_config(name: str, aws: Aws) -> None:
    """Delete an endpoint configuration if it is there."""
    if describe_config(name, aws) is not None:
        aws.sagemaker.delete_endpoint_config(EndpointConfigName=name)


def _config(model: str, endpoint: EndpointOptions, kms_key: str | None) -> dict[str, Any]:
    variant: dict[str, Any] = {"VariantName": VARIANT, "ModelName": model, "InitialVariantWeight": 1.0}
    if endpoint.kind == "serverless":
        variant["ServerlessConfig"] = {"MemorySizeInMB": endpoint.memory_mb, "MaxConcurrency": endpoint.concurrency}
    else:
        variant |= {"InstanceType": endpoint.instance_type, "InitialInstanceCount": endpoint.instance_count}
        variant |= {"ContainerStartupHealthCheckTimeoutInSeconds": _STARTUP_SECONDS, **endpoint.variant}
    config: dict[str, Any] = {"ProductionVariants": [variant]}
    key = {"KmsKeyId": kms_key} if kms_key else {}
    if has_volume(endpoint):
        config |= key
    if endpoint.kind == "async":
        config["AsyncInferenceConfig"] = {"OutputConfig": {"S3OutputPath": endpoint.output, **key}}
    return config


def _status(name: str, aws: Aws) -> str:
    found = describe_endpoint(name, aws)
    return str(found["EndpointStatus"]) if found else _GONE


def _described(what: str, describe: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    with refusals_told(f"Looking for the {what}"):
        try:
            return describe()
        except ClientError as error:
            if is_missing(error):
                return None
            raise
