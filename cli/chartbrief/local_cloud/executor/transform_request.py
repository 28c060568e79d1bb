"""CreateTransformJob's request: defaults, and the refusals of the service."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from chartbrief.local_cloud.executor.errors import invalid
from chartbrief.local_cloud.executor.json_paths import JsonPath

# Limits: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_S3_URI = re.compile(r"s3://([^/]+)/?(.*)", re.DOTALL)
_LARGEST_IN_FLIGHT_MB = 100
_TIMEOUT, _RETRIES = 600, 0
_CHOICES = {
    "S3DataType": ("ManifestFile", "S3Prefix"),
    "SplitType": ("None", "Line"),
    "CompressionType": ("None", "Gzip"),
    "BatchStrategy": ("MultiRecord", "SingleRecord"),
    "AssembleWith": ("None", "Line"),
    "JoinSource": ("None", "Input"),
}


@dataclass(frozen=True)
class TransformRequest:
    """A valid request, with the service's defaults filled in (None: the container may suggest)."""

    name: str
    model: str
    body: dict[str, Any] = field(repr=False)
    input_kind: str
    input_uri: tuple[str, str]
    content_type: str
    split: str
    compression: str
    strategy: str | None
    max_payload_mb: int | None
    max_concurrent: int | None
    output_uri: tuple[str, str]
    accept: str
    assemble: str
    input_filter: JsonPath
    output_filter: JsonPath
    join: str
    timeout: int
    retries: int
    instances: int
    environment: dict[str, str]


def read_request(body: dict[str, Any]) -> TransformRequest:
    """Validate a request.

    Raises:
        ServiceError: as the service refuses it.
    """
    source, output = body.get("TransformInput", {}), body.get("TransformOutput", {})
    data, processing = source.get("DataSource", {}).get("S3DataSource", {}), body.get("DataProcessing", {})
    client, resources = body.get("ModelClientConfig", {}), body.get("TransformResources", {})
    name = str(body.get("TransformJobName", ""))
    if not _NAME.fullmatch(name):
        raise invalid("Value at 'transformJobName' failed to satisfy constraint: pattern, at most 63 characters")
    if not resources.get("InstanceType") or int(resources.get("InstanceCount", 0)) < 1:
        raise invalid("TransformResources needs an InstanceType and an InstanceCount of at least 1")
    request = TransformRequest(
        name=name,
        model=str(body.get("ModelName", "")),
        body=body,
        input_kind=_choice("S3DataType", data.get("S3DataType")),
        input_uri=_uri(data.get("S3Uri"), "S3Uri"),
        content_type=source.get("ContentType", ""),
        split=_choice("SplitType", source.get("SplitType", "None")),
        compression=_choice("CompressionType", source.get("CompressionType", "None")),
        strategy=_choice("BatchStrategy", body["BatchStrategy"]) if "BatchStrategy" in body else None,
        max_payload_mb=_number(body.get("MaxPayloadInMB"), "MaxPayloadInMB", 0, 100),
        max_concurrent=_number(body.get("MaxConcurrentTransforms"), "MaxConcurrentTransforms", 0, 100) or None,
        output_uri=_uri(output.get("S3OutputPath"), "S3OutputPath"),
        accept=output.get("Accept", ""),
        assemble=_choice("AssembleWith", output.get("AssembleWith", "None")),
        input_filter=JsonPath(processing.get("InputFilter", "$"), "dataProcessing.inputFilter"),
        output_filter=JsonPath(processing.get("OutputFilter", "$"), "dataProcessing.outputFilter"),
        join=_choice("JoinSource", processing.get("JoinSource", "None")),
        timeout=_number(client.get("InvocationsTimeoutInSeconds", _TIMEOUT), "InvocationsTimeoutInSeconds", 1, 3600)
        or 1,
        retries=_number(client.get("InvocationsMaxRetries", _RETRIES), "InvocationsMaxRetries", 0, 3) or 0,
        instances=int(resources["InstanceCount"]),
        environment=body.get("Environment", {}),
    )
    _check_together(request)
    return request


def _check_together(request: TransformRequest) -> None:
    in_flight = (request.max_payload_mb or 6) * (request.max_concurrent or 1)
    if in_flight > _LARGEST_IN_FLIGHT_MB:
        raise invalid("MaxPayloadInMB * MaxConcurrentTransforms must not exceed 100 MB")
    if request.split == "None" and request.strategy == "MultiRecord" and request.join == "Input":
        raise invalid("JoinSource Input with BatchStrategy MultiRecord needs SplitType Line")
    if request.join == "Input" and request.accept and request.accept != request.content_type:
        raise invalid("JoinSource Input needs Accept to equal ContentType")


def _choice(name: str, value: Any) -> str:
    if value not in _CHOICES[name]:
        raise invalid(f"Value {value!r} at '{name}' is not one of {', '.join(_CHOICES[name])} (of those run locally)")
    return str(value)


def _number(value: Any, name: str, low: int, high: int) -> int | None:
    if value is None:
        return None
    if not low <= int(value) <= high:
        raise invalid(f"Value '{value}' at '{name}' failed to satisfy constraint: between {low} and {high}")
    return int(value)


def _uri(value: Any, name: str) -> tuple[str, str]:
    match = _S3_URI.fullmatch(str(value or ""))
    if not match:
        raise invalid(f"Value at '{name}' failed to satisfy constraint: an S3 URI")
    return match[1], match[2]
