"""The container that serves the model: its image, its environment, and the role it runs under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from note_summarizer.deployment.archives import Archive
from note_summarizer.deployment.connections import Aws, refusals_told
from note_summarizer.deployment.options import DeployOptions
from note_summarizer.errors import OptionsError

# What the Hugging Face container needs to run the archive's own handler; with it, HF_TASK is not asked for. One worker:
# each holds the model in memory, and the engine uses every core by itself. The two limits are in bytes: what it takes
# by default, 6,553,500, is more than a transform job's 6 MB, but an answer may not be refused either.
_HUGGING_FACE = {
    "SAGEMAKER_PROGRAM": "inference.py",
    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    "SAGEMAKER_CONTAINER_LOG_LEVEL": "20",
    "SAGEMAKER_MODEL_SERVER_WORKERS": "1",
    "SAGEMAKER_MODEL_SERVER_TIMEOUT": "3600",
    "MMS_MAX_REQUEST_SIZE": "104857600",
    "MMS_MAX_RESPONSE_SIZE": "104857600",
}


@dataclass(frozen=True)
class Container:
    """An image with its environment and role; or a package of AWS Marketplace, which has an image of its own.

    Attributes:
        data: model data that are no archive of ours, in the shape of `ModelDataSource`.
        model_package: ARN of a Marketplace model package.
    """

    image: str | None
    environment: dict[str, str]
    role: str
    data: Mapping[str, Any] | None = None
    model_package: str | None = None


def choose_container(options: DeployOptions, archive: Archive, aws: Aws) -> Container:
    """Return the container to serve the archive with.

    Raises:
        OptionsError: the image would install packages without a network, or no role is known.
    """
    image = options.image or inference_image(aws.region, _processor_of(options))
    own = options.image is not None
    if options.network.isolated and archive.requirements and not own:
        raise OptionsError(
            f"--isolated cannot work with the Hugging Face container: the archive's code/requirements.txt asks it to"
            f" install {', '.join(archive.requirements)} when it starts. Leave --isolated out, give --image with a"
            " container that has these packages, or package the model without requirements."
        )
    environment = {} if own else {**_HUGGING_FACE, "SAGEMAKER_REGION": aws.region}
    return Container(image, {**environment, **options.environment}, role_arn(options.role, aws))


def inference_image(region: str, instance_type: str) -> str:
    """Return the newest Hugging Face inference container that the SDK knows for a region and instance type."""
    from sagemaker.core import image_uris

    version, base, python = newest("huggingface", "inference")
    return str(
        image_uris.retrieve(
            "huggingface",
            region,
            version=version,
            base_framework_version=base,
            py_version=python,
            instance_type=instance_type,
            image_scope="inference",
        )
    )


def training_image(region: str, instance_type: str) -> str:
    """Return the newest training container that the SDK knows for a region and instance type.

    Hugging Face's is made for GPUs alone; on CPUs PyTorch's takes its place, and requirements.txt completes it.
    """
    from sagemaker.core import image_uris

    framework = "huggingface" if _has_gpu(instance_type) else "pytorch"
    version, base, python = newest(framework, "training")
    return str(
        image_uris.retrieve(
            framework,
            region,
            version=version,
            base_framework_version=base,
            py_version=python,
            instance_type=instance_type,
            image_scope="training",
        )
    )


def newest(framework: str, scope: str) -> tuple[str, str | None, str]:
    """Return the newest version, the PyTorch it is built on (if it names one), and the Python of an SDK's container."""
    from packaging.version import Version
    from sagemaker.core import image_uris

    known: Mapping[str, Any] = image_uris.config_for_framework(framework)
    versions = known.get(scope, known)["versions"]
    version = max(versions, key=Version)
    found = versions[version]
    bases = [name for name in found if name.startswith("pytorch") and "py_versions" in found[name]]
    base = max(bases, key=lambda name: Version(name.removeprefix("pytorch"))) if bases else None
    return version, base, (found[base] if base else found)["py_versions"][-1]


def role_arn(role: str | None, aws: Aws) -> str:
    """Return the ARN of the execution role.

    Raises:
        OptionsError: none is given, and this does not run under one.
    """
    from sagemaker.core.helper.session_helper import Session, get_execution_role

    if role and role.startswith("arn:"):
        return role
    with refusals_told("Looking up the execution role"):
        session = Session(boto_session=aws.session)
        if role:
            return str(session.expand_role(role))
        try:
            return str(get_execution_role(session))
        except ValueError:
            raise OptionsError(
                "No execution role is known: give --role (name or ARN), or set SAGEMAKER_ROLE. SageMaker acts under it."
            ) from None


def _has_gpu(instance_type: str) -> bool:
    return instance_type.removeprefix("ml.").startswith(("g", "p"))


def _processor_of(options: DeployOptions) -> str:
    return "ml.m5.xlarge" if options.endpoint.kind == "serverless" else options.endpoint.instance_type
