"""Transform jobs, and where the objects of a batch lie."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.core.retry_rules import FailureKind, failure_kind
from notes_pipeline.errors import ExistsError, MissingError, SetupError
from notes_pipeline.models import StagedShard

_ONLINE = "online-"
JSON_LINES, JSON = "application/jsonlines", "application/json"
# At most 63 characters each; the first keeps note text out of the outputs and puts its identity beside the answer.
OUTPUT_FILTER = "$['note_uid','content_sha256','SageMakerOutput']"
PART_OUTPUT_FILTER = "$['note_uid','content_sha256','part','SageMakerOutput']"
REQUEST_FILTER = "$.request"
ENDED = frozenset({"Completed", "Failed", "Stopped"})


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
    """A job as its service describes it.

    Attributes:
        reason: only the code of its failure.
        started_at, ended_at: between them its instances are billed.
        has_ended: it will write nothing more.
        kind: why it did not answer what it did not.
        instances: that are billed.
    """

    status: str
    reason: str
    ended_at: datetime | None
    has_ended: bool
    kind: FailureKind = FailureKind.NONE
    started_at: datetime | None = None
    instances: int = 0

    @property
    def seconds(self) -> float:
        """Seconds from its start to its end, 0.0 if it never started."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at and self.started_at else 0.0


def manifest_key(batch_id: str) -> str:
    """Return the key of a batch's manifest."""
    return f"batches/{batch_id}/manifest.json"


def input_prefix(batch_id: str) -> str:
    """Return the prefix under which a batch's requests to a model that is not ours lie."""
    return f"batches/{batch_id}/input/"


def input_name(shard: StagedShard) -> str:
    """Return the name of the file with the requests for a shard; Bedrock names its outputs after it."""
    return shard.key.removeprefix("staged/").replace("/", "-")


def output_prefix(batch_id: str) -> str:
    """Return the prefix under which everything a batch wrote is listed."""
    return f"batches/{batch_id}/output/"


def online_key(batch_id: str, number: int) -> str:
    """Return the key of some answers that were given online."""
    return f"{output_prefix(batch_id)}{_ONLINE}{number:05d}.jsonl.out"


def is_online(key: str) -> bool:
    """Say whether an output was given online."""
    return key.rpartition("/")[2].startswith(_ONLINE)


def manifest_body(bucket: str, keys: Sequence[str]) -> bytes:
    """Return a SageMaker manifest of exactly these objects (a key prefix would also match their neighbours)."""
    return json.dumps([{"prefix": f"s3://{bucket}/"}, *keys]).encode()


def create_transform_job(batch_id: str, place: TransformPlace, *, is_ours: bool = True) -> None:
    """Start the job of a batch; harmless if it exists.

    Args:
        is_ours: our own container takes many notes a request. Of others nothing more is known than that they answer
            one request with one JSON document, so they get one record at a time.

    Raises:
        BusyError: throttled, or no instance to be had: the batch stays planned.
        SetupError: there is no such model, or no right to use it.
    """
    try:
        with translated("SageMaker CreateTransformJob"):
            clients.sagemaker().create_transform_job(**_request(batch_id, place, is_ours=is_ours))
    except ExistsError:
        return
    except MissingError as error:
        raise SetupError(f"{error} (no such model)") from None


def _request(batch_id: str, place: TransformPlace, *, is_ours: bool) -> Any:
    manifest = f"s3://{place.work_bucket}/{manifest_key(batch_id)}"
    content_type = JSON_LINES if is_ours else JSON
    filters = ("$", OUTPUT_FILTER) if is_ours else (REQUEST_FILTER, PART_OUTPUT_FILTER)
    return {
        "TransformJobName": batch_id,
        "ModelName": place.model_name,
        "BatchStrategy": "MultiRecord" if is_ours else "SingleRecord",
        "MaxPayloadInMB": place.max_payload_mb,
        "MaxConcurrentTransforms": place.max_concurrent_transforms,
        "ModelClientConfig": {"InvocationsTimeoutInSeconds": 3600, "InvocationsMaxRetries": 1},
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": manifest}},
            "ContentType": content_type,
            "SplitType": "Line",
            "CompressionType": "None",
        },
        "TransformOutput": {
            "S3OutputPath": f"s3://{place.work_bucket}/{output_prefix(batch_id)}",
            "Accept": content_type,
            "AssembleWith": "Line",
            "KmsKeyId": place.kms_key_id,
        },
        "DataProcessing": {"InputFilter": filters[0], "JoinSource": "Input", "OutputFilter": filters[1]},
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
    status, why = job["TransformJobStatus"], job.get("FailureReason", "")
    code = why.partition(":")[0].strip()
    return JobState(
        status=status,
        reason=code if code.isalnum() else "",
        ended_at=job.get("TransformEndTime"),
        has_ended=status in ENDED,
        kind=failure_kind(status, why),
        started_at=job.get("TransformStartTime"),
        instances=job["TransformResources"]["InstanceCount"],
    )


def stop_transform_job(batch_id: str) -> None:
    """Ask for a job to be stopped; harmless if it has ended or is being stopped.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTransformJob.html
    """
    try:
        with translated("SageMaker StopTransformJob"):
            clients.sagemaker().stop_transform_job(TransformJobName=batch_id)
    except (MissingError, ExistsError):
        return
