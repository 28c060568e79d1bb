"""Trying what was deployed with one invented note: the answer has to be a summary before anything is switched over."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from note_summarizer.deployment.connections import Aws, is_missing, refusals_told
from note_summarizer.deployment.names import PROJECT
from note_summarizer.deployment.smoke_note import NOTE, PACKAGED, Trial, summary_of
from note_summarizer.deployment.waiting import Patience, Tell, wait_for
from note_summarizer.errors import DeploymentError
from note_summarizer.pairs.sources import bucket_and_key

_LINE = json.dumps({"record_id": "smoke-test", "inputs": NOTE}).encode() + b"\n"
_JSON, _LINES = "application/json", "application/jsonlines"
_ENDED = frozenset({"Completed", "Failed", "Stopped"})


def try_endpoint(name: str, aws: Aws, trial: Trial = PACKAGED) -> str:
    """Ask a real-time or serverless endpoint for the summary of the invented note, and return it.

    Raises:
        DeploymentError: it does not answer, or its answer is not a summary.
    """
    from sagemaker.core.resources import Endpoint

    with refusals_told(f"Asking the endpoint {name} for a summary"):
        endpoint = Endpoint.get(endpoint_name=name, session=aws.session)
        answer = endpoint.invoke(body=trial.request, content_type=_JSON, accept=_JSON, session=aws.session)
    return trial.read(answer.body.read(), f"The endpoint {name}")


def try_async_endpoint(
    name: str, output: str, kms_key: str | None, aws: Aws, patience: Patience, tell: Tell, trial: Trial = PACKAGED
) -> str:
    """Give an asynchronous endpoint the invented note, wait for its answer, and return the summary.

    Raises:
        DeploymentError: it answers with a failure, not in time, or not with a summary.
    """
    with _scratch(output, kms_key, aws) as (write, clean):
        source = write("input.json", trial.request)
        # boto3: it is the same call as the SDK's Endpoint.invoke_async, which answers without the failure's address.
        with refusals_told(f"Asking the endpoint {name} for a summary"):
            asked = aws.runtime.invoke_endpoint_async(EndpointName=name, InputLocation=source, ContentType=_JSON)
        answer, failure = asked["OutputLocation"], asked.get("FailureLocation")
        clean.extend([answer, *([failure] if failure else [])])
        found: dict[str, bytes] = {}

        def status() -> str:
            for outcome, address in (("answered", answer), ("failed", failure)):
                body = _read(address, aws) if address else None
                if body is not None:
                    found[outcome] = body
                    return outcome
            return "waiting for its answer"

        ends = frozenset({"answered", "failed"})
        if wait_for(f"smoke test of {name}", status, ends, patience, tell) == "failed":
            raise DeploymentError(f"The endpoint {name} failed on the smoke test's note: look into its log.")
    return trial.read(found["answered"], f"The endpoint {name}")


def try_transform(
    model: str, instance_type: str, place: str, kms_key: str | None, aws: Aws, patience: Patience, tell: Tell
) -> str:
    """Run a transform job over the invented note as the pipeline does, and return the summary.

    Args:
        place: S3 address under which the note and the answer lie for a moment.

    Raises:
        DeploymentError: the job fails, takes too long, or its answer is not a summary.
    """
    from sagemaker.core import resources

    # Not "cb-...": the pipeline listens for jobs that begin so. Names are taken for ever, hence the random end.
    job = f"{PROJECT}-smoke-{uuid.uuid4().hex[:12]}"
    with _scratch(place, kms_key, aws) as (write, clean):
        source = write("notes.jsonl", _LINE)
        answer = f"{source}.out"
        clean.append(answer)
        with refusals_told("Starting the transform job of the smoke test"):
            resources.TransformJob.create(
                transform_job_name=job, session=aws.session, **_job(model, instance_type, source, kms_key)
            )
        status = wait_for(f"transform job {job}", lambda: _job_status(job, aws), _ENDED, patience, tell)
        if status != "Completed":
            raise DeploymentError(f"The transform job {job} of the smoke test is {status}: look into its log.")
        body = _read(answer, aws)
    if body is None:
        raise DeploymentError(f"The transform job {job} wrote no answer.")
    return summary_of(body, f"The transform job {job}")


Write = Callable[[str, bytes], str]


@contextmanager
def _scratch(place: str, kms_key: str | None, aws: Aws) -> Iterator[tuple[Write, list[str]]]:
    """Yield a function that writes objects under a new prefix, and the list of those to delete in the end."""
    bucket, key = bucket_and_key(place)
    prefix = "/".join([*([key.strip("/")] if key.strip("/") else []), f"{PROJECT}-smoke", uuid.uuid4().hex])
    encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
    written: list[str] = []

    def write(name: str, body: bytes) -> str:
        address = f"s3://{bucket}/{prefix}/{name}"
        with refusals_told(f"Writing {address}"):
            aws.s3.put_object(Bucket=bucket, Key=f"{prefix}/{name}", Body=body, **encryption)
        written.append(address)
        return address

    try:
        yield write, written
    finally:
        for address in written:
            name, key = bucket_and_key(address)
            with suppress(ClientError, BotoCoreError):  # an invented note left behind fails no deployment
                aws.s3.delete_object(Bucket=name, Key=key)


def _read(address: str, aws: Aws) -> bytes | None:
    bucket, key = bucket_and_key(address)
    with refusals_told(f"Reading {address}"):
        try:
            body: bytes = aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if is_missing(error):
                return None
            raise
    return body


def _job(model: str, instance_type: str, source: str, kms_key: str | None) -> dict[str, Any]:
    from sagemaker.core import shapes

    key = {"kms_key_id": kms_key} if kms_key else {}
    return {
        "model_name": model,
        "batch_strategy": "MultiRecord",
        "transform_input": shapes.TransformInput(
            data_source=shapes.TransformDataSource(
                s3_data_source=shapes.TransformS3DataSource(s3_data_type="S3Prefix", s3_uri=source)
            ),
            content_type=_LINES,
            split_type="Line",
        ),
        "transform_output": shapes.TransformOutput(
            s3_output_path=source.rpartition("/")[0], accept=_LINES, assemble_with="Line", **key
        ),
        "transform_resources": shapes.TransformResources(
            instance_type=instance_type, instance_count=1, **({"volume_kms_key_id": kms_key} if kms_key else {})
        ),
    }


def _job_status(job: str, aws: Aws) -> str:
    with refusals_told(f"Looking at the transform job {job}"):
        return str(aws.sagemaker.describe_transform_job(TransformJobName=job)["TransformJobStatus"])
