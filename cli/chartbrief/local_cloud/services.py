"""The services a run needs beside the functions, as processes: AWS in moto, and what answers for the option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartbrief.local_cloud.processes import free_port
from chartbrief.local_cloud.template import REGION, STACK
from chartbrief.options import LocalOption

# As EndpointKind's description in template.yaml has it; buckets are named by the local cloud.
_ASYNC_OUTPUT = f"s3://{STACK}-workbucket/batches/async"


@dataclass(frozen=True)
class ServiceProcess:
    """A service to start.

    Attributes:
        command: arguments for Python.
        ready_url: answers when the service is up.
    """

    name: str
    command: list[str]
    ready_url: str


class Services:
    """The services of a run: where they will listen, and how they are started; moto comes first.

    Attributes:
        aws: URL of moto.
        inference: URL of the service that runs jobs and models; it tells whether it is busy, and its times.
        environment: what makes boto3 talk to them.
    """

    def __init__(
        self, option: LocalOption, parameters: Mapping[str, str], model_command: Sequence[str] | None = None
    ) -> None:
        """Choose ports.

        Args:
            parameters: the template's parameters with their values.
            model_command: arguments for Python that start another model server; a port is appended.
        """
        moto, inference, model = (free_port() for _ in range(3))
        # A service that an option does not need is not started: whoever calls it finds nobody, and no canned answer.
        nobody = free_port()
        is_bedrock = option.server == "bedrock"
        self.aws, self.inference = _url(moto), _url(inference)
        sagemaker, bedrock = (nobody, inference) if is_bedrock else (inference, nobody)
        self.environment = aws_environment(moto) | {
            "AWS_ENDPOINT_URL_SAGEMAKER": _url(sagemaker),
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": _url(sagemaker),
            "AWS_ENDPOINT_URL_BEDROCK": _url(bedrock),
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": _url(bedrock),
        }
        self.processes = [aws_process(moto)]
        if is_bedrock:
            command = _bedrock(option, parameters, inference)
            self.processes.append(ServiceProcess("bedrock", command, f"{self.inference}/ping"))
            return
        served = [*(model_command or _served(option)), str(model)]
        executor = _executor(parameters, inference, _url(model))
        self.processes += [
            ServiceProcess("sagemaker", executor, f"{self.inference}/ping"),
            ServiceProcess("model-server", served, f"{_url(model)}/ping"),
        ]


def aws_process(port: int) -> ServiceProcess:
    """Return the process that is AWS here."""
    return ServiceProcess("moto", ["-m", "chartbrief.local_cloud.moto_process", str(port)], f"{_url(port)}/moto-api/")


def aws_environment(port: int) -> dict[str, str]:
    """Return what makes boto3 talk to it."""
    return {
        "AWS_ENDPOINT_URL": _url(port),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _executor(parameters: Mapping[str, str], port: int, model: str) -> list[str]:
    names = [parameters.get(name, "") for name in ("ModelName", "EndpointName")]
    output = [_ASYNC_OUTPUT] if parameters.get("EndpointKind") == "async" else []
    return ["-m", "chartbrief.local_cloud.executor", str(port), model, *names, *output]


def _served(option: LocalOption) -> list[str]:
    folder = str(option.model)
    if option.server == "own":
        return ["-m", "note_summarizer.serving", "--model", folder, "--port"]
    contract = ["--dialect", option.facts.dialect, "--context-tokens", str(option.facts.context_tokens)]
    return ["-m", "chartbrief.local_cloud.contracts", *contract, "--model", folder]


def _bedrock(option: LocalOption, parameters: Mapping[str, str], port: int) -> list[str]:
    limits = {
        "--context-tokens": str(option.facts.context_tokens),
        "--max-output-tokens": str(option.facts.max_output_tokens),
        "--min-records": parameters.get("BedrockBatchMinRecords", "100"),
    }
    given = [part for pair in limits.items() for part in pair]
    known = [part for name in option.model_ids for part in ("--known-model", name)]
    return ["-m", "chartbrief.local_cloud.bedrock", "--model", str(option.model), *given, *known, str(port)]
