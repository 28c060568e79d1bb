"""BatchDueFunction: the schedule, or a message that says "now" → transform jobs and endpoint calls."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.inference import TransformPlace
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.core.plan_batch import BatchLimits
from notes_pipeline.handlers.envelopes import Event
from notes_pipeline.observability import logger, metrics
from notes_pipeline.settings import BatchDueSettings
from notes_pipeline.steps.start_batches import Starting, start_batches


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: Event, context: LambdaContext) -> Event:  # noqa: ARG001 - what woke us does not matter
    """Start every batch that is due; however many messages asked for it, one round serves them all."""
    settings = BatchDueSettings.from_environment(dict(os.environ))
    started = start_batches(_starting(settings), _limits(settings), datetime.now(UTC))
    metrics.add_metric(name="BatchesStarted", unit=MetricUnit.Count, value=started)
    logger.info("round done", extra={"batches_started": started})
    return {"batchItemFailures": []}


def _limits(settings: BatchDueSettings) -> BatchLimits:
    return BatchLimits(
        min_notes=settings.min_notes,
        max_wait_seconds=settings.max_wait_seconds,
        max_notes_per_job=settings.max_notes_per_job,
        endpoint_max_notes=settings.endpoint_max_notes,
        has_endpoint=bool(settings.endpoint_name),
    )


def _starting(settings: BatchDueSettings) -> Starting:
    place = TransformPlace(
        model_name=settings.model_name,
        work_bucket=settings.work_bucket,
        instance_type=settings.instance_type,
        instance_count=settings.instance_count,
        max_payload_mb=settings.max_payload_mb,
        max_concurrent_transforms=settings.max_concurrent_transforms,
        kms_key_id=settings.kms_key_id,
    )
    return Starting(
        work=Bucket(settings.work_bucket),
        ledger=BatchLedger(Table(settings.ledger_table)),
        place=place,
        endpoint_name=settings.endpoint_name,
        finished_queue_url=settings.transform_finished_queue_url,
    )
