"""The model: transform jobs and the endpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import ExistsError, InferenceError
from notes_pipeline.models import StagedShard

JSON_LINES = "application/jsonlines"
# At most 63 characters; keeps note text out of the outputs and puts the note's identity beside the answer.
OUTPUT_FILTER = "$['note_uid','content_sha256','SageMakerOutput']"
ENDED = frozenset({"Completed", "Failed", "Stopped"})
# Reasons that say nothing about the input, so the same shards may simply be tried again.
_INFRASTRUCTURE = ("CapacityError", "InternalServerError", "ThrottlingException", "ServiceUnavailable")


@dataclass(frozen=True)
class TransformPlace:
    """What every transform job of a deployment has in common."""

    model_name: str
    work_bucket: str
    instance_type: str
    instance_count: int
    max_payload_mb: int
    max_concurrent_transforms: int
    kms_key_id: str


@dataclass(frozen=True)
class JobState:
    """A transform job as the service describes it; `reason` is only the code of its failure."""

    status: str
    reason: str
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        """Say whether the job will write nothing more."""
        return self.status in ENDED

    @property
    def is_infrastructure(self) -> bool:
        """Say whether the job ended for a reason that is not in its input."""
        return self.status == "Stopped" or self.reason in _INFRASTRUCTURE


def manifest_key(batch_id: str) -> str:
    """Return the key of a batch's manifest."""
    return f"batches/{batch_id}/manifest.json"


def output_prefix(batch_id: str) -> str:
    """Return the prefix under which everything a batch wrote is listed."""
    return f"batches/{batch_id}/output/"


def manifest_body(bucket: str, shards: list[StagedShard]) -> bytes:
    """Return a SageMaker manifest of exactly these shards (a key prefix would also match their neighbours)."""
    return json.dumps([{"prefix": f"s3://{bucket}/"}, *(shard.key for shard in shards)]).encode()


def create_transform_job(batch_id: str, place: TransformPlace) -> None:
    """Start the job of a batch; harmless if it exists.

    Raises:
        BusyError: throttled, or no instance to be had: the batch stays planned.
    """
    try:
        with translated("SageMaker CreateTransformJob"):
            clients.sagemaker().create_transform_job(**_request(batch_id, place))
    except ExistsError:
        return


def _request(batch_id: str, place: TransformPlace) -> Any:
    manifest = f"s3://{place.work_bucket}/{manifest_key(batch_id)}"
    return {
        "TransformJobName": batch_id,
        "ModelName": place.model_name,
        "BatchStrategy": "MultiRecord",
        "MaxPayloadInMB": place.max_payload_mb,
        "MaxConcurrentTransforms": place.max_concurrent_transforms,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": 3600, "InvocationsMaxRetries": 1},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": manifest}},
            "ContentType": JSON_LINES,
            "SplitType": "Line",
            "CompressionType": "None",
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{place.work_bucket}/{output_prefix(batch_id)}",
            "Accept": JSON_LINES,
            "AssembleWith": "Line",
            "KmsKeyId": place.kms_key_id,
        },
        "DataProcessing": {"InputFilter": "$", "JoinSource": "Input", "OutputFilter": OUTPUT_FILTER},
        "TransformResources": {
            "InstanceType": place.instance_type,
            "InstanceCount": place.instance_count,
            "VolumeKmsKeyId": place.kms_key_id,
        },
        "Tags": [{"Key": "chartbrief:batch", "Value": batch_id}],
    }


def describe_transform_job(batch_id: str) -> JobState:
    """Return a job's state.

    Raises:
        MissingError: there is no such job.
    """
    with translated("SageMaker DescribeTransformJob"):
        job = clients.sagemaker().describe_transform_job(TransformJobName=batch_id)
    reason = job.get("FailureReason", "").split(":")[0].strip()
    ended = job.get("TransformEndTime")
    return JobState(job["TransformJobStatus"], reason if reason.isalnum() else "Unknown", ended)


def invoke_endpoint(endpoint_name: str, body: bytes) -> bytes:
    """Send JSON Lines to the endpoint; return its JSON Lines.

    Raises:
        InferenceError: the model answered with an error, or not in time.
    """
    with translated("SageMaker InvokeEndpoint"):
        answer = clients.sagemaker_runtime().invoke_endpoint(
            EndpointName=endpoint_name, ContentType=JSON_LINES, Accept=JSON_LINES, Body=body
        )
        return answer["Body"].read()


def join_answers(request: Sequence[bytes], answers: Sequence[bytes]) -> bytes:
    """Return an endpoint's answers in the shape that a transform job's join and filter give them.

    Raises:
        InferenceError: the endpoint did not answer line for line.
    """
    if len(request) != len(answers):
        raise InferenceError("SageMaker InvokeEndpoint: not one answer for each record")
    return b"".join(_joined(*pair) for pair in zip(request, answers, strict=True))


def _joined(line: bytes, answer: bytes) -> bytes:
    record = json.loads(line)
    try:
        output = json.loads(answer)
    except ValueError:
        raise InferenceError("SageMaker InvokeEndpoint: an answer is not JSON") from None
    joined = {"note_uid": record["note_uid"], "content_sha256": record["content_sha256"], "SageMakerOutput": output}
    return json.dumps(joined, ensure_ascii=False).encode() + b"\n"
