"""An asynchronous endpoint: a request read from S3, and an answer, or a failure, written there.

https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html (1 GB and an hour a request),
https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-invoke-endpoint.html and
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.endpoint import ask
from chartbrief.local_cloud.executor.errors import ServiceError

_LARGEST_INPUT, _LARGEST_BODY = 1024**3, 128_000
_USUAL_SECONDS, _LONGEST_SECONDS = 900, 3600
_SHORTEST_TTL, _LONGEST_TTL = 60, 21_600
_LONGEST_ID = 64
_WORKERS = 4


@dataclass(frozen=True)
class _Request:
    body: bytes | None
    location: str
    content_type: str
    accept: str
    seconds: int


class AsyncEndpoint:
    """The queue of an asynchronous endpoint."""

    def __init__(self, name: str, container: Container, s3: Any, output: str) -> None:
        """Describe the endpoint.

        Args:
            output: where answers go, as `s3://bucket/prefix`; failures go to `failures/` below it.
        """
        self._name, self._container, self._s3, self._output = name, container, s3, output.rstrip("/")
        self._workers = ThreadPoolExecutor(_WORKERS, "async-invocation")
        self._waiting: set[Future[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether a request waits or is worked on."""
        return bool(self._waiting)

    def wait(self) -> None:
        """Wait until every request was answered or has failed."""
        wait(list(self._waiting))

    def invoke(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Take up a request as boto3 is given it; return where its answer, or its failure, will lie.

        Raises:
            ServiceError: ValidationError.
        """
        read = _read(request)
        answer_id = str(uuid.uuid4())
        inference_id = str(request.get("InferenceId") or uuid.uuid4())
        output, failure = f"{self._output}/{answer_id}.out", f"{self._output}/failures/{answer_id}-error.out"
        work = self._workers.submit(self._work, read, output, failure)
        self._waiting.add(work)
        work.add_done_callback(self._waiting.discard)
        return {"InferenceId": inference_id, "OutputLocation": output, "FailureLocation": failure}

    def _work(self, request: _Request, output: str, failure: str) -> None:
        try:
            body = self._input(request)
            answer = ask(self._container, self._name, body, request.content_type, request.accept, request.seconds)
        except ServiceError as error:
            self._put(failure, str(error).encode())
        except (ClientError, BotoCoreError) as error:
            self._put(failure, f"ClientError: the input cannot be read ({type(error).__name__})".encode())
        else:
            self._put(output, answer.content)

    def _input(self, request: _Request) -> bytes:
        if request.body is not None:
            return request.body
        bucket, _, key = request.location.removeprefix("s3://").partition("/")
        found = self._s3.get_object(Bucket=bucket, Key=key)
        if found["ContentLength"] > _LARGEST_INPUT:
            raise ServiceError("ValidationError", "ClientError: the input is over 1 GB")
        body: bytes = found["Body"].read()
        return body

    def _put(self, location: str, body: bytes) -> None:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self._s3.put_object(Bucket=bucket, Key=key, Body=body)


def _read(request: Mapping[str, Any]) -> _Request:
    location, body = request.get("InputLocation", ""), request.get("Body")
    if bool(location) == (body is not None):
        raise _wrong("exactly one of InputLocation and Body is needed")
    if location and not location.startswith("s3://"):
        raise _wrong("InputLocation must be an S3 URI (of those that are read locally)")
    if body is not None and len(body) > _LARGEST_BODY:
        raise _wrong(f"Body must have at most {_LARGEST_BODY} bytes: use InputLocation")
    if not 1 <= len(request.get("InferenceId", "-")) <= _LONGEST_ID:
        raise _wrong(f"InferenceId must have 1 to {_LONGEST_ID} characters")
    seconds = _between(request, "InvocationTimeoutSeconds", 1, _LONGEST_SECONDS, _USUAL_SECONDS)
    _between(request, "RequestTTLSeconds", _SHORTEST_TTL, _LONGEST_TTL, _LONGEST_TTL)
    return _Request(body, location, request.get("ContentType", ""), request.get("Accept", ""), seconds)


def _between(request: Mapping[str, Any], name: str, least: int, most: int, usual: int) -> int:
    value = int(request.get(name, usual))
    if not least <= value <= most:
        raise _wrong(f"{name} must be between {least} and {most}")
    return value


def _wrong(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)
