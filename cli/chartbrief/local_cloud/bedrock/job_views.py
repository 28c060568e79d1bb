"""A batch job as the operations show it, and as its event tells it.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetModelInvocationJob.html and
https://docs.aws.amazon.com/bedrock/latest/userguide/monitoring-eventbridge-how-it-works.html
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from chartbrief.local_cloud.bedrock.invocation_job import InvocationJob
from chartbrief.local_cloud.template import ACCOUNT, REGION

_STATE_CHANGE = "Batch Inference Job State Change"
_GEOGRAPHY = re.compile(r"(us|us-gov|eu|apac|jp|au|ca|global)\.")


def job_arn(job_id: str) -> str:
    """Return the ARN of a job."""
    return f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/{job_id}"


def describe(job: InvocationJob) -> dict[str, Any]:
    """Return a job's request and state, times as boto3 gives them."""
    moments = {
        "submitTime": job.submitted_at,
        "lastModifiedTime": job.modified_at,
        "endTime": job.ended_at,
        "jobExpirationTime": job.expires_at,
    }
    counts = {f"{name}RecordCount": job.counts[name] for name in ("total", "processed", "success", "error")}
    found = {
        **{name: value for name, value in job.request.items() if name != "tags"},
        "jobArn": job_arn(job.id),
        "status": job.status,
        "message": job.message or None,
        **{name: at and datetime.fromtimestamp(at, UTC) for name, at in moments.items()},
        **(counts if job.counts else {}),
    }
    return {name: value for name, value in found.items() if value is not None}


def state_change(job: InvocationJob) -> dict[str, Any]:
    """Return the entry for EventBridge's default bus that tells a job's new state."""
    created = datetime.fromtimestamp(job.submitted_at, UTC)
    detail = {
        "version": "0.0",
        "accountId": ACCOUNT,
        "batchJobName": job.request["jobName"],
        "batchJobArn": job_arn(job.id),
        "batchModelId": _model_arn(str(job.request["modelId"])),
        "status": job.status,
        "failureMessage": job.message,
        # As in "Aug 28, 2024, 10:47:53 PM".
        "creationTime": f"{created:%b} {created.day}, {created.year}, {created.hour % 12 or 12}:{created:%M:%S %p}",
    }
    entry = {"Source": "aws.bedrock", "DetailType": _STATE_CHANGE, "Detail": json.dumps(detail)}
    return {**entry, "Time": datetime.now(UTC), "Resources": [job_arn(job.id)]}


def _model_arn(model: str) -> str:
    if model.startswith("arn:"):
        return model
    if _GEOGRAPHY.match(model):
        return f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{model}"
    return f"arn:aws:bedrock:{REGION}::foundation-model/{model}"
