"""Giving a batch to a service that takes its time: transform jobs, Bedrock's batch jobs, asynchronous endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from notes_pipeline.aws import bedrock, endpoints, inference
from notes_pipeline.aws.batch_ledger import OpenBatch
from notes_pipeline.aws.objects import Bucket, bucket_and_key
from notes_pipeline.core.identify import digest
from notes_pipeline.core.retry_rules import FailureKind
from notes_pipeline.core.write_requests import PartRequest, bedrock_line, part_requests, transform_line
from notes_pipeline.errors import MissingError
from notes_pipeline.models import BatchMode, BatchPlan, StagedShard
from notes_pipeline.steps.ask_online import batch_questions

_PLACE_DIGITS = 16
# One that was made a moment ago may not be known everywhere.
_APPEARS_WITHIN = timedelta(seconds=5)
# What an asynchronous endpoint queues it drops after six hours at most, and what it works at after one:
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointAsync.html
_ASYNC_LASTS = timedelta(hours=8)


@dataclass(frozen=True)
class JobPlaces:
    """Where jobs go."""

    work: Bucket
    transform: inference.TransformPlace
    bedrock: bedrock.BedrockPlace
    endpoint_name: str

    @property
    def digest(self) -> str:
        """What jobs run on, in short: what is learned of one place says nothing of another."""
        return digest(str(self.transform), str(self.bedrock), self.endpoint_name)[:_PLACE_DIGITS]


def give_job(places: JobPlaces, plan: BatchPlan, shards: Sequence[StagedShard]) -> str:
    """Start a batch's job; return what its service calls it, if that is not the batch's id. Harmless when repeated.

    Raises:
        BusyError: the service takes no more now.
        SetupError: it would not take this, whenever asked.
    """
    return _GIVERS[plan.mode](places, plan, shards)


def job_has_ended(places: JobPlaces, batch: OpenBatch, now: datetime) -> bool:
    """Say whether a job that was given will write nothing more."""
    if batch.plan.mode is BatchMode.ASYNC_ENDPOINT:
        lasts = now - (batch.started_at or batch.planned_at) <= _ASYNC_LASTS
        return not lasts or _all_answered(places.work, batch)
    return describe_job(batch, now).has_ended


def describe_job(batch: OpenBatch, now: datetime) -> inference.JobState:
    """Return the state of a batch's job; one that its service does not know, a while after it was given, has ended."""
    try:
        if batch.plan.mode is BatchMode.BEDROCK_BATCH:
            job = bedrock.describe_invocation_job(batch.job)
        else:
            job = inference.describe_transform_job(batch.plan.batch_id)
    except MissingError:
        has_ended = bool(batch.started_at and now - batch.started_at > _APPEARS_WITHIN)
        return inference.JobState("Missing", "", None, has_ended=has_ended, kind=FailureKind.NO_JOB)
    is_ours = job.status == "Stopped" and batch.stop_reason
    return replace(job, kind=FailureKind(batch.stop_reason)) if is_ours else job


def stop_job(batch: OpenBatch) -> None:
    """Ask for a batch's job to be stopped; what an asynchronous endpoint works at ends by itself."""
    if batch.plan.mode is BatchMode.TRANSFORM:
        inference.stop_transform_job(batch.plan.batch_id)
    elif batch.plan.mode is BatchMode.BEDROCK_BATCH:
        bedrock.stop_invocation_job(batch.job)


def _give_transform(places: JobPlaces, plan: BatchPlan, shards: Sequence[StagedShard]) -> str:
    keys = [shard.key for shard in shards]
    if not plan.engine.is_ours:
        keys = _write_inputs(places.work, plan, shards, transform_line)
    body = inference.manifest_body(places.work.name, keys)
    places.work.write(inference.manifest_key(plan.batch_id), body)
    inference.create_transform_job(plan.batch_id, places.transform, is_ours=plan.engine.is_ours)
    return ""


def _give_bedrock(places: JobPlaces, plan: BatchPlan, shards: Sequence[StagedShard]) -> str:
    _write_inputs(places.work, plan, shards, bedrock_line)
    return bedrock.create_invocation_job(plan.batch_id, places.bedrock)


def _write_inputs(
    work: Bucket, plan: BatchPlan, shards: Sequence[StagedShard], line: Callable[[PartRequest], bytes]
) -> list[str]:
    """Write a file of requests for each shard; return their keys."""
    keys = [inference.input_prefix(plan.batch_id) + inference.input_name(shard) for shard in shards]
    for key, shard in zip(keys, shards, strict=True):
        work.write(key, b"".join(line(r) for r in part_requests(plan.engine, work.read(shard.key))))
    return keys


def _give_async(places: JobPlaces, plan: BatchPlan, shards: Sequence[StagedShard]) -> str:
    content_type = inference.JSON_LINES if plan.engine.is_ours else inference.JSON
    # What an earlier round asked, before the endpoint took no more, is not asked again.
    asked = _asked(places.work, plan.batch_id)
    known = {tuple(key) for one in asked for key in one["keys"]}
    try:
        questions = batch_questions(places.work, plan, shards, known)
        for number, question in enumerate(questions, start=len(asked) + 1):
            key = f"{inference.input_prefix(plan.batch_id)}{number:06d}.json"
            places.work.write(key, question.body)
            output, failure = endpoints.invoke_endpoint_async(
                places.endpoint_name, f"s3://{places.work.name}/{key}", content_type, f"{plan.batch_id}-{number}"
            )
            asked.append({"keys": question.keys, "output": output, "failure": failure})
    finally:
        places.work.write(async_key(plan.batch_id), json.dumps(asked).encode())
    return ""


def _asked(work: Bucket, batch_id: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(work.read(async_key(batch_id))))
    except MissingError:
        return []


def async_key(batch_id: str) -> str:
    """Return the key of the object that says which answers an asynchronous endpoint was asked for."""
    return f"batches/{batch_id}/async.json"


def _all_answered(work: Bucket, batch: OpenBatch) -> bool:
    asked = json.loads(work.read(async_key(batch.plan.batch_id)))
    folders = {address.rpartition("/")[0] for one in asked for address in (one["output"], one["failure"]) if address}
    found = {f"s3://{bucket}/{key}" for bucket, prefix in map(bucket_and_key, folders) for key in _keys(bucket, prefix)}
    return all(one["output"] in found or one["failure"] in found for one in asked)


def _keys(bucket: str, prefix: str) -> Iterator[str]:
    return Bucket(bucket).keys(f"{prefix}/" if prefix else "")


_GIVERS: dict[BatchMode, Callable[[JobPlaces, BatchPlan, Sequence[StagedShard]], str]] = {
    BatchMode.TRANSFORM: _give_transform,
    BatchMode.BEDROCK_BATCH: _give_bedrock,
    BatchMode.ASYNC_ENDPOINT: _give_async,
}
