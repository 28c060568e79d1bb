"""A model of JumpStart: what its specification says of hosting it, for one region and instance type.

Read with the parts of the SageMaker SDK that its ModelBuilder is made of. ModelBuilder itself chooses its own names and
bucket, and cannot be imported where no default region is set.
https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-use-python-sdk-model-class.html
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from note_summarizer.deployment.connections import Aws, refusals_told
from note_summarizer.deployment.jumpstart_manifest import MODELS_PAGE, choose_version
from note_summarizer.errors import OptionsError


@dataclass(frozen=True)
class JumpStartModel:
    """What JumpStart says of a model.

    Attributes:
        proprietary: it is a package of AWS Marketplace, and your account must be subscribed to it.
        instance_type: as asked for, or JumpStart's default.
        package: ARN of a model package, which brings image and weights.
        image: of the container, where there is no package.
        weights: S3 address of an archive, or of a prefix (it ends with a slash).
        environment: of the container.
        isolated: JumpStart runs it without any network.
        variant: what the endpoint needs besides, in the shape of `ProductionVariants`.
        agreement: address of the licence agreement that has to be accepted, if there is one.
        subscription: page of AWS Marketplace where one subscribes, where JumpStart names it.
        examples: bodies of JumpStart's own examples of requests.
    """

    identifier: str
    version: str
    proprietary: bool
    instance_type: str
    package: str | None
    image: str | None
    weights: str | None
    environment: Mapping[str, str]
    isolated: bool
    variant: Mapping[str, int | str]
    agreement: str | None
    subscription: str | None
    examples: tuple[Any, ...]


def find_jumpstart_model(identifier: str, version: str | None, instance_type: str | None, aws: Aws) -> JumpStartModel:
    """Return what JumpStart says of a model in this region.

    Args:
        version, instance_type: nothing for JumpStart's newest, and its default.

    Raises:
        OptionsError: there is no such model or version, it does not run on that instance type, or AWS has withdrawn
            it.
        DeploymentError: the catalogue cannot be read.
    """
    from sagemaker.core import instance_types
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.core.jumpstart.utils import get_top_ranked_config_name, verify_model_region_and_return_specs

    with _withdrawn_told(identifier, aws.region), refusals_told("Reading JumpStart's catalogue"):
        session = Session(boto_session=aws.session)
        kind, chosen = choose_version(identifier, version, aws.region, session)
        about = {"model_id": identifier, "region": aws.region, "sagemaker_session": session, "model_type": kind}
        config = get_top_ranked_config_name(**about, model_version=chosen, scope=_INFERENCE)
        specification = verify_model_region_and_return_specs(
            **about, version=chosen, scope=_INFERENCE, config_name=config
        )
        about |= {"model_version": chosen, "config_name": config}
        instance = instance_type or instance_types.retrieve_default(**about, scope=_INFERENCE)
        _require_deployable(specification, instance)
        return _read(specification, instance, about)


_INFERENCE = "inference"


def _read(specification: Any, instance: str, about: dict[str, Any]) -> JumpStartModel:
    from sagemaker.core import environment_variables, image_uris, model_uris
    from sagemaker.core.jumpstart.enums import JumpStartModelType

    region, package = about["region"], _package(specification, about["region"], instance)
    of_instance = {**about, "instance_type": instance}
    image = weights = None
    environment: dict[str, str] = {}
    if package is None:
        image = str(image_uris.retrieve(framework=None, image_scope=_INFERENCE, **of_instance))
        weights = str(model_uris.retrieve(model_scope=_INFERENCE, **of_instance))
        environment = environment_variables.retrieve_default(**of_instance)
    payloads = specification.default_payloads or {}
    return JumpStartModel(
        identifier=specification.model_id,
        version=specification.version,
        proprietary=about["model_type"] == JumpStartModelType.PROPRIETARY,
        instance_type=instance,
        package=package,
        image=image,
        weights=weights,
        environment=environment,
        isolated=bool(specification.inference_enable_network_isolation),
        variant=_variant(specification, instance),
        agreement=_agreement(specification, region),
        subscription=getattr(specification, "model_subscription_link", None),
        examples=tuple(payload.body for payload in payloads.values()),
    )


def _require_deployable(specification: Any, instance: str) -> None:
    name = f"Version {specification.version} of {specification.model_id}"
    supported = specification.supported_inference_instance_types or []
    if supported and instance not in supported:
        raise OptionsError(f"{name} does not run on {instance}: give --instance-type one of {', '.join(supported)}.")
    packaged = _listed_packages(specification)
    if not packaged and specification.use_inference_script_uri():
        raise OptionsError(f"{name} keeps its code apart from its weights: choose a newer version with --version.")
    if specification.get_speculative_decoding_s3_data_sources():
        raise OptionsError(f"{name} needs a second model beside it, which this command does not set up.")


def _listed_packages(specification: Any) -> Mapping[str, str]:
    return getattr(specification, "hosting_model_package_arns", None) or {}


def _package(specification: Any, region: str, instance: str) -> str | None:
    variants = getattr(specification, "hosting_instance_type_variants", None)
    found = variants.get_model_package_arn(region=region, instance_type=instance) if variants else None
    listed = _listed_packages(specification)
    if found or not listed:
        return found or None
    if region not in listed:
        raise OptionsError(f"{specification.model_id} is not sold in {region}; it is in {', '.join(sorted(listed))}.")
    return listed[region]


def _variant(specification: Any, instance: str) -> dict[str, int | str]:
    from sagemaker.core.common_utils import volume_size_supported

    deploy, disk = specification.deploy_kwargs or {}, specification.inference_volume_size
    asked = {
        "VolumeSizeInGB": disk if volume_size_supported(instance) else None,
        "ModelDataDownloadTimeoutInSeconds": deploy.get("model_data_download_timeout"),
        "ContainerStartupHealthCheckTimeoutInSeconds": deploy.get("container_startup_health_check_timeout"),
        "InferenceAmiVersion": deploy.get("inference_ami_version"),
    }
    return {name: value for name, value in asked.items() if value is not None}


def _agreement(specification: Any, region: str) -> str | None:
    from sagemaker.core.jumpstart.utils import get_eula_message

    if not specification.is_gated_model():
        return None
    words = get_eula_message(specification, region).split()
    return next((word for word in words if word.startswith("https://")), MODELS_PAGE)


@contextmanager
def _withdrawn_told(identifier: str, region: str) -> Iterator[None]:
    """Turn what the SDK says of a model that cannot be deployed into our errors, and keep its own log quiet."""
    log = logging.getLogger("sagemaker.jumpstart")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    except (KeyError, ValueError) as error:  # deprecated or vulnerable versions, regions without JumpStart
        reason = error.args[0] if error.args else error
        raise OptionsError(f"{identifier} cannot be deployed in {region}: {reason}") from error
    finally:
        log.setLevel(before)
