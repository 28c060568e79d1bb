"""The service's operations over its jobs; what boto3 calls, without HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from chartbrief.local_cloud.executor import endpoint as endpoints
from chartbrief.local_cloud.executor.async_endpoint import AsyncEndpoint
from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import ServiceError, invalid
from chartbrief.local_cloud.executor.transform_job import TransformJob
from chartbrief.local_cloud.executor.transform_request import read_request
from chartbrief.local_cloud.template import ACCOUNT, REGION

THREAD_PREFIX = "transform-job/"
_STATE_CHANGE = "SageMaker Transform Job State Change"


class Service:
    """SageMaker for one model and one endpoint."""

    def __init__(
        self, container: Container, s3: Any, events: Any, model: str, endpoint: str, async_output: str = ""
    ) -> None:
        """Set the service up.

        Args:
            async_output: makes the endpoint an asynchronous one that writes its answers below this `s3://` location.
        """
        self._container, self._s3, self._events = container, s3, events
        self._model, self._endpoint = model, endpoint
        self._async = AsyncEndpoint(endpoint, container, s3, async_output) if async_output else None
        self._jobs: dict[str, TransformJob] = {}
        self._lock = threading.Lock()

    def create_transform_job(self, body: dict[str, Any]) -> dict[str, Any]:
        """Start a job in the background."""
        request = read_request(body)
        if request.model != self._model:
            raise invalid(f'Could not find model "{arn("model", request.model)}".')
        job = TransformJob(request, self._s3, self._container, self._announce)
        with self._lock:
            if request.name in self._jobs:
                raise invalid(
                    "TransformJob name must be unique within an AWS account and region, and a TransformJob with this"
                    f" name already exists ({arn('transform-job', request.name)})"
                )
            self._jobs[request.name] = job
        threading.Thread(target=job.run, name=THREAD_PREFIX + request.name, daemon=True).start()
        return {"TransformJobArn": arn("transform-job", request.name)}

    def describe_transform_job(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a job's request and state."""
        return _description(self._job(body))

    def list_transform_jobs(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the jobs, newest first, of a status and with a part of a name if asked."""
        wanted, part = body.get("StatusEquals"), body.get("NameContains", "")
        jobs = [job for name, job in self._jobs.items() if part in name and wanted in (None, job.status)]
        return {"TransformJobSummaries": [_summary(job) for job in reversed(jobs)]}

    def stop_transform_job(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask a job to stop."""
        job = self._job(body)
        if job.status != "InProgress":
            raise invalid(f"The request was rejected because the transform job is in status {job.status}.")
        job.stop()
        return {}

    def times(self) -> dict[str, list[tuple[float, float]]]:
        """Return when the model was asked, and when jobs ran that have ended (seconds since the epoch)."""
        jobs = [(job.created_at, job.ended_at) for job in self._jobs.values() if job.ended_at is not None]
        return {"model": list(self._container.calls), "job": jobs}

    def busy(self) -> bool:
        """Say whether a job runs or an asynchronous request waits."""
        jobs = any(job.ended_at is None for job in list(self._jobs.values()))
        return jobs or (self._async is not None and self._async.busy)

    def invoke_endpoint(self, name: str, body: bytes, content_type: str, accept: str) -> httpx.Response:
        """Pass a request on to the model and return its answer.

        Raises:
            ServiceError: there is no such synchronous endpoint, or the model failed.
        """
        if name != self._endpoint:
            raise endpoints.not_found(name)
        if self._async:
            raise ServiceError("ValidationError", f"Endpoint {name} is asynchronous: use InvokeEndpointAsync.")
        return endpoints.invoke(self._container, name, body, content_type, accept)

    def invoke_endpoint_async(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Queue a request as boto3 is given it; return its id and where its answer, or its failure, will lie.

        Raises:
            ServiceError: there is no such asynchronous endpoint, or the request is not valid.
        """
        name = str(request["EndpointName"])
        if name != self._endpoint:
            raise endpoints.not_found(name)
        if not self._async:
            raise ServiceError("ValidationError", f"Endpoint {name} is not asynchronous: use InvokeEndpoint.")
        return self._async.invoke(request)

    def wait_for_async_requests(self) -> None:
        """Wait until every asynchronous request was answered or has failed."""
        if self._async:
            self._async.wait()

    def _job(self, body: dict[str, Any]) -> TransformJob:
        job = self._jobs.get(str(body.get("TransformJobName")))
        if job is None:
            raise invalid(f"Could not find requested job with name: {body.get('TransformJobName')}")
        return job

    def _announce(self, job: TransformJob) -> None:
        detail = {**_description(job), "Tags": {}}
        moments = ("CreationTime", "TransformStartTime", "TransformEndTime")
        detail.update({name: int(detail[name] * 1000) for name in moments if name in detail})
        entry = {"Source": "aws.sagemaker", "DetailType": _STATE_CHANGE, "Detail": json.dumps(detail)}
        now = datetime.now(UTC)
        self._events.put_events(Entries=[{**entry, "Time": now, "Resources": [detail["TransformJobArn"]]}])


def arn(kind: str, name: str) -> str:
    """Return the ARN of something of SageMaker's."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


def _summary(job: TransformJob) -> dict[str, Any]:
    keys = (
        "TransformJobName",
        "TransformJobArn",
        "CreationTime",
        "TransformEndTime",
        "TransformJobStatus",
        "FailureReason",
    )
    description = _description(job)
    return {key: description[key] for key in keys if key in description}


def _description(job: TransformJob) -> dict[str, Any]:
    found = {
        **{key: value for key, value in job.request.body.items() if key != "Tags"},
        "TransformJobArn": arn("transform-job", job.request.name),
        "TransformJobStatus": job.status,
        "CreationTime": job.created_at,
        "TransformStartTime": job.started_at,
        "TransformEndTime": job.ended_at,
        "FailureReason": job.failure_reason or None,
    }
    return {key: value for key, value in found.items() if value is not None}
