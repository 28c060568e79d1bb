"""Amazon Bedrock: one answer on demand, or batch jobs of many.

Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
Batch jobs: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html, what they read
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html and write
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html; how many records they take
https://docs.aws.amazon.com/general/latest/gr/bedrock.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.inference import JobState, input_prefix, output_prefix
from notes_pipeline.core.retry_rules import failure_kind
from notes_pipeline.errors import BusyError, ExistsError, InferenceError, MissingError, RefusedError, SetupError

# Records of one job, in all its files together; the fewest are a parameter, since accounts differ.
MOST_RECORDS = 50_000
_ENDED = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})
_CODE = re.compile(r"[A-Z][A-Za-z]{2,40}(?=:)")


# What is wrong with a request, or with the answer to it, and says nothing of the next one.
_OF_ONE_REQUEST = {
    "ValidationException": RefusedError,
    "InternalServerException": InferenceError,
    "ServiceUnavailableException": InferenceError,
}


@dataclass(frozen=True)
class BedrockPlace:
    """What every request of a deployment has in common.

    Attributes:
        model_id: a model's, or an inference profile's.
        role_arn: role in which batch jobs read and write the work bucket.
    """

    model_id: str
    work_bucket: str
    role_arn: str
    kms_key_id: str


def converse(model_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Ask a model once.

    Raises:
        RefusedError: the request is not valid for this model, such as a note over its context.
        InferenceError: the model failed, or took too long.
        BusyError: throttled.
    """
    with translated("Bedrock Converse", **_OF_ONE_REQUEST):
        answer: Any = clients.bedrock_runtime().converse(modelId=model_id, **body)
    return {name: answer[name] for name in ("output", "stopReason", "usage") if name in answer}


def create_invocation_job(batch_id: str, place: BedrockPlace) -> str:
    """Start the batch job over a batch's requests; return its ARN, the same one if the job exists.

    Raises:
        BusyError: throttled, or too many jobs already: the batch stays planned.
        SetupError: there is no such model, or no right to it.
    """
    bucket = f"s3://{place.work_bucket}/"
    request: Any = {
        "jobName": batch_id,
        # A repeat with the same token is answered with the job that the first made.
        "clientRequestToken": batch_id,
        "roleArn": place.role_arn,
        "modelId": place.model_id,
        "modelInvocationType": "Converse",
        "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": bucket + input_prefix(batch_id)}},
        "outputDataConfig": {
            "s3OutputDataConfig": {"s3Uri": bucket + output_prefix(batch_id), "s3EncryptionKeyId": place.kms_key_id}
        },
        "tags": [{"key": "chartbrief:batch", "value": batch_id}],
    }
    try:
        with translated("Bedrock CreateModelInvocationJob"):
            return str(clients.bedrock().create_model_invocation_job(**request)["jobArn"])
    except ExistsError:
        return _find_job(batch_id)
    except MissingError as error:
        raise SetupError(f"{error} (no such model)") from None


def _find_job(batch_id: str) -> str:
    """Return the ARN of the job of that name: the service forgets tokens sooner than names.

    Raises:
        BusyError: it is not listed yet.
    """
    with translated("Bedrock ListModelInvocationJobs"):
        found = clients.bedrock().list_model_invocation_jobs(nameContains=batch_id)["invocationJobSummaries"]
    arns = [job["jobArn"] for job in found if job["jobName"] == batch_id]
    if not arns:
        raise BusyError("Bedrock ListModelInvocationJobs: a job of that name is not listed yet")
    return arns[0]


def describe_invocation_job(job_arn: str) -> JobState:
    """Return a job's state.

    Raises:
        MissingError: there is no such job.
    """
    with translated("Bedrock GetModelInvocationJob"):
        job = clients.bedrock().get_model_invocation_job(jobIdentifier=job_arn)
    # The message may quote a record; of it only a code at its beginning is looked at.
    code = _CODE.match(job.get("message", ""))
    return JobState(
        status=job["status"],
        reason=code[0] if code else job["status"],
        ended_at=job.get("endTime"),
        has_ended=job["status"] in _ENDED,
        kind=failure_kind(job["status"], job.get("message", "")),
        started_at=job.get("submitTime"),
    )


def stop_invocation_job(job_arn: str) -> None:
    """Ask for a job to be stopped; harmless if it has ended or is being stopped.

    https://docs.aws.amazon.com/bedrock/latest/APIReference/API_StopModelInvocationJob.html
    """
    try:
        with translated("Bedrock StopModelInvocationJob"):
            clients.bedrock().stop_model_invocation_job(jobIdentifier=job_arn)
    except (MissingError, ExistsError):
        return
