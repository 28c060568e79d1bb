"""What `deploy` is asked to do, checked as a whole before anything is started."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from note_summarizer.deployment.names import parameter_names
from note_summarizer.errors import OptionsError

EndpointKind = Literal["none", "realtime", "serverless", "async"]
Approval = Literal["PendingManualApproval", "Approved", "Rejected"]
INSTANCE_TYPE = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")
# CreateEndpointConfig, ServerlessConfig.
MEMORY_MB = (1024, 2048, 3072, 4096, 5120, 6144)
MOST_CONCURRENT = 200
_RESERVED = ("aws:", "chartbrief:")


@dataclass(frozen=True)
class Network:
    """Where the container runs.

    Attributes:
        isolated: the container reaches no network at all, so it cannot install packages when it starts.
    """

    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    isolated: bool = False


@dataclass(frozen=True)
class EndpointOptions:
    """The endpoint, if there is to be one.

    Attributes:
        memory_mb: memory of a serverless endpoint; CPU grows with it.
        concurrency: requests that a serverless endpoint answers at once.
        output: S3 address under which an asynchronous endpoint writes its answers.
        variant: what a model asks for besides, in the shape of `ProductionVariants`.
    """

    kind: EndpointKind = "none"
    instance_type: str = "ml.m5.xlarge"
    instance_count: int = 1
    memory_mb: int = 4096
    concurrency: int = 5
    output: str | None = None
    variant: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DeployOptions:
    """Everything `deploy` is told.

    Attributes:
        artifact: `model.tar.gz`, a path or an S3 address.
        stage: environment whose SSM parameters are written.
        name, version: what the model is called; by default what the archive's `artifact.json` says.
        bucket: where a local archive is uploaded.
        role: execution role, by name or ARN; by default that of the SageMaker notebook this runs in.
        image: container image; by default the Hugging Face inference container.
        kms_key: key for uploads, volumes and outputs.
        metrics: JSON file of figures to register with the version.
        smoke_transform: try the model with a transform job of one note.
    """

    artifact: str
    stage: str = "dev"
    name: str | None = None
    version: str | None = None
    bucket: str | None = None
    role: str | None = None
    image: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    endpoint: EndpointOptions = EndpointOptions()
    network: Network = Network()
    kms_key: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    approval: Approval = "PendingManualApproval"
    metrics: Path | None = None
    smoke_transform: bool = False

    def check(self) -> None:
        """Refuse what cannot work.

        Raises:
            OptionsError: every problem, in one message.
        """
        parameter_names(self.stage)
        problems = [*_artifact(self), *endpoint_problems(self.endpoint), *_network(self), *tag_problems(self.tags)]
        if problems:
            raise OptionsError(f"{'; '.join(problems)}. Nothing was started.")


def tag_problems(tags: Mapping[str, str]) -> Iterator[str]:
    """Tell what is wrong with tags (keys 1 to 128 characters, values up to 256, some beginnings are taken)."""
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or len(value) > 256:
            yield f'--tag "{key}" is too long or empty: 128 characters for the key, 256 for the value'
        if key.lower().startswith(_RESERVED):
            yield f'--tag "{key}" begins with a reserved word: choose another key'


def vpc_problems(network: Network) -> Iterator[str]:
    """Tell what is wrong with subnets and security groups."""
    if bool(network.subnets) != bool(network.security_groups):
        yield "--subnet and --security-group go together: give at least one of each, or none"


def _artifact(options: DeployOptions) -> Iterator[str]:
    if not options.artifact.endswith(".tar.gz"):
        yield f"{options.artifact} is not a model.tar.gz: make one with `chartbrief model package`"
    elif not options.artifact.startswith("s3://"):
        if not Path(options.artifact).is_file():
            yield f"{options.artifact} does not exist: check the path"
        if not options.bucket:
            yield "a local archive needs --bucket, the S3 bucket it is uploaded to"
    if options.approval not in get_args(Approval):
        yield f"--approval is none of {', '.join(get_args(Approval))}"
    if options.metrics and not options.metrics.is_file():
        yield f"--metrics {options.metrics} does not exist: check the path"


def endpoint_problems(endpoint: EndpointOptions) -> Iterator[str]:
    """Tell what is wrong with what is said of an endpoint."""
    if endpoint.kind not in get_args(EndpointKind):
        yield f"--endpoint is none of {', '.join(get_args(EndpointKind))}"
    if not INSTANCE_TYPE.fullmatch(endpoint.instance_type):
        yield f'--instance-type "{endpoint.instance_type}" is not a SageMaker instance type such as ml.m5.xlarge'
    if endpoint.instance_count < 1:
        yield "--instance-count is below 1"
    if endpoint.kind == "serverless" and endpoint.memory_mb not in MEMORY_MB:
        yield f"--memory is none of {', '.join(map(str, MEMORY_MB))} (MB)"
    if endpoint.kind == "serverless" and not 1 <= endpoint.concurrency <= MOST_CONCURRENT:
        yield f"--concurrency is not between 1 and {MOST_CONCURRENT}"
    if endpoint.kind == "async" and not (endpoint.output or "").startswith("s3://"):
        yield "--endpoint async needs --async-output s3://bucket/prefix, where its answers are written"


def _network(options: DeployOptions) -> Iterator[str]:
    yield from vpc_problems(options.network)
    network = options.network
    if options.endpoint.kind == "serverless" and (network.subnets or network.isolated):
        yield "serverless endpoints have no VPC and no network isolation: choose realtime, or leave these options out"
