"""The service's operations over its jobs; what boto3 calls, without HTTP."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import httpx

from chartbrief.local_cloud.executor.container import Container
from chartbrief.local_cloud.executor.errors import ServiceError, invalid
from chartbrief.local_cloud.executor.transform_job import TransformJob
from chartbrief.local_cloud.executor.transform_request import read_request
from chartbrief.local_cloud.template import ACCOUNT, REGION

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
_LARGEST_BODY, _ENDPOINT_SECONDS = 6 * 1024 * 1024, 60.0
THREAD_PREFIX = "transform-job/"
_STATE_CHANGE = "SageMaker Transform Job State Change"


class Service:
    """SageMaker for one model and one endpoint."""

    def __init__(self, container: Container, s3: Any, events: Any, model: str, endpoint: str) -> None:
        self._container, self._s3, self._events = container, s3, events
        self._model, self._endpoint = model, endpoint
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

    def invoke_endpoint(self, name: str, body: bytes, content_type: str, accept: str) -> httpx.Response:
        """Pass a request on to the model and return its answer."""
        if name != self._endpoint:
            raise ServiceError("ValidationError", f"Endpoint {name} of account {ACCOUNT} not found.")
        if len(body) > _LARGEST_BODY:
            raise ServiceError("ValidationError", "The request body is over 6 MB.", 413)
        try:
            answer = self._container.post(body, content_type, accept, _ENDPOINT_SECONDS)
        except httpx.HTTPError:
            raise ServiceError("ModelError", "Your invocation timed out while waiting for a response.", 424) from None
        if answer.status_code != 200:
            # The service quotes the container's body here; ours never holds note text, others' might.
            raise ServiceError("ModelError", f"Received server error ({answer.status_code}) from primary.", 424)
        return answer

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
