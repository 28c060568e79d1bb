"""One cached factory for clients: a warm function reuses its connections."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config
from botocore.handlers import add_expect_header

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_sqs import SQSClient

# An endpoint may think for 60 s (the service's limit); waiting a little longer tells its time-out from ours.
# Looking through every argument for what the type checker has seen already is a tenth of what a note costs.
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 4},
    read_timeout=70,
    max_pool_connections=32,
    parameter_validation=False,
)


@cache
def _client(name: str) -> Any:
    return boto3.client(name, config=_CONFIG)  # type: ignore[call-overload]


@cache
def _s3() -> Any:
    client = _client("s3")
    # A put asks whether it may send its body and waits for the answer: a round trip more, for bodies of a few kB.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


def s3() -> S3Client:
    """Return the S3 client."""
    return cast("S3Client", _s3())


def dynamodb() -> DynamoDBClient:
    """Return the DynamoDB client."""
    return cast("DynamoDBClient", _client("dynamodb"))


def sqs() -> SQSClient:
    """Return the SQS client."""
    return cast("SQSClient", _client("sqs"))


def events() -> EventBridgeClient:
    """Return the EventBridge client."""
    return cast("EventBridgeClient", _client("events"))


def sagemaker() -> SageMakerClient:
    """Return the SageMaker client."""
    return cast("SageMakerClient", _client("sagemaker"))


def sagemaker_runtime() -> SageMakerRuntimeClient:
    """Return the SageMaker runtime client."""
    return cast("SageMakerRuntimeClient", _client("sagemaker-runtime"))


def comprehendmedical() -> ComprehendMedicalClient:
    """Return the Comprehend Medical client."""
    return cast("ComprehendMedicalClient", _client("comprehendmedical"))


def bedrock() -> BedrockClient:
    """Return the Bedrock client: batch jobs."""
    return cast("BedrockClient", _client("bedrock"))


def bedrock_runtime() -> BedrockRuntimeClient:
    """Return the Bedrock runtime client: answers on demand."""
    return cast("BedrockRuntimeClient", _client("bedrock-runtime"))


def forget() -> None:
    """Drop cached clients (tests change the cloud under them)."""
    _client.cache_clear()
    _s3.cache_clear()
