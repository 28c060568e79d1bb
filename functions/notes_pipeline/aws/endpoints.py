"""SageMaker endpoints: asked and waited for, or asked and read later.

A request to a real-time endpoint has 6 MB and 60 s, a serverless one 4 MB:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html. An asynchronous one reads up
to 1 GB from S3 and takes up to an hour:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.inference import JSON_LINES
from notes_pipeline.errors import InferenceError, MissingError, SetupError

_LONGEST_SECONDS = 3600


def invoke_endpoint(endpoint_name: str, body: bytes, content_type: str = JSON_LINES) -> bytes:
    """Send a request to an endpoint; return its answer.

    Raises:
        RefusedError: the model refuses this request; it would again.
        InferenceError: the model answered with an error, or not in time.
        BusyError: throttled, or the endpoint is not ready.
        SetupError: there is no such endpoint, or no right to ask it.
    """
    with _there_is_one(), translated("SageMaker InvokeEndpoint"):
        answer = clients.sagemaker_runtime().invoke_endpoint(
            EndpointName=endpoint_name, ContentType=content_type, Accept=content_type, Body=body
        )
        return answer["Body"].read()


def invoke_endpoint_async(endpoint_name: str, location: str, content_type: str, inference_id: str) -> tuple[str, str]:
    """Have an asynchronous endpoint read a request from S3; return where its answer, or its failure, will lie.

    Args:
        location: `s3://` address of the request.

    Raises:
        BusyError: throttled, or its queue is full.
        SetupError: there is no such endpoint, or no right to ask it.
    """
    with _there_is_one(), translated("SageMaker InvokeEndpointAsync"):
        answer = clients.sagemaker_runtime().invoke_endpoint_async(
            EndpointName=endpoint_name,
            InputLocation=location,
            ContentType=content_type,
            Accept=content_type,
            InferenceId=inference_id,
            InvocationTimeoutSeconds=_LONGEST_SECONDS,
        )
    return answer["OutputLocation"], answer.get("FailureLocation", "")


@contextmanager
def _there_is_one() -> Iterator[None]:
    try:
        yield
    except MissingError as error:
        raise SetupError(f"{error} (no such endpoint)") from None


def read_lines(answer: bytes, count: int) -> list[Any]:
    """Return the documents of an answer of JSON Lines.

    Raises:
        InferenceError: they are not `count` lines of JSON.
    """
    lines = answer.splitlines()
    if len(lines) != count:
        raise InferenceError("SageMaker InvokeEndpoint: not one answer for each record")
    return [read_document(line) for line in lines]


def read_document(answer: bytes) -> Any:
    """Return the document that an answer is.

    Raises:
        InferenceError: it is not JSON.
    """
    try:
        return json.loads(answer)
    except ValueError:
        raise InferenceError("SageMaker InvokeEndpoint: an answer is not JSON") from None
