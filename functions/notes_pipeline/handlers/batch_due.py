"""BatchDueFunction: the schedule, or a message that says "now" → jobs, and answers from endpoints and from Bedrock."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.bedrock import BedrockPlace
from notes_pipeline.aws.inference import TransformPlace
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.core.limits import Limits
from notes_pipeline.core.options import OptionFacts, option_facts
from notes_pipeline.core.plan_batch import BatchLimits
from notes_pipeline.core.plan_routes import RouteChoices, plan_routes
from notes_pipeline.handlers.envelopes import Event
from notes_pipeline.observability import observed
from notes_pipeline.settings import BatchDueSettings
from notes_pipeline.steps.ask_online import Online
from notes_pipeline.steps.give_batch import Starting
from notes_pipeline.steps.give_jobs import JobPlaces
from notes_pipeline.steps.measure_backlog import measure_backlog
from notes_pipeline.steps.pace import Pace
from notes_pipeline.steps.report_round import report_round
from notes_pipeline.steps.start_batches import start_batches

# What a request that was begun may still take, and writing what it brought: an endpoint thinks for a minute at most.
_LAST_SECONDS = 90.0


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Event:  # noqa: ARG001 - what woke us does not matter
    """Start every batch that is due; however many messages asked for it, one round serves them all."""
    settings = BatchDueSettings.from_environment(dict(os.environ))
    seconds = context.get_remaining_time_in_millis() / 1000 - _LAST_SECONDS
    starting, now = _starting(settings, time.monotonic() + seconds), datetime.now(UTC)
    round_ = start_batches(starting, now)
    report_round(round_, measure_backlog(starting.ledger, now))
    if round_.errors:
        raise round_.errors[0]
    return {"batchItemFailures": []}


def _starting(settings: BatchDueSettings, deadline: float) -> Starting:
    option = option_facts(
        settings.summarizer_option, settings.model_id, settings.model_dialect, settings.prompt_version
    )
    return Starting(
        work=Bucket(settings.work_bucket),
        ledger=BatchLedger(Table(settings.ledger_table)),
        places=_places(settings, option),
        online=Online(
            endpoint_name=settings.endpoint_name,
            model_id=option.identifier,
            concurrency=settings.online_concurrency,
            pace=Pace(settings.online_tokens_per_minute),
            deadline=deadline,
        ),
        limits=_limits(settings, option),
        caps=Limits(
            notes_per_day=settings.max_notes_per_day,
            seconds_per_job=round(3600 * settings.max_instance_hours_per_job),
            seconds_per_day=round(3600 * settings.max_instance_hours_per_day),
            jobs_at_once=settings.max_concurrent_jobs,
        ),
        quiet=settings.quiet_hours,
        finished_queue_url=settings.transform_finished_queue_url,
        batch_now_queue_url=settings.batch_now_queue_url,
    )


def _limits(settings: BatchDueSettings, option: OptionFacts) -> BatchLimits:
    choices = RouteChoices(
        mode=settings.inference_mode,
        endpoint_kind=settings.endpoint_kind,
        has_endpoint=bool(settings.endpoint_name),
        max_output_tokens=settings.max_output_tokens,
        fewest_records=settings.bedrock_batch_min_records,
    )
    return BatchLimits(
        min_notes=settings.min_notes,
        max_wait_seconds=settings.max_wait_seconds,
        max_notes_per_job=settings.max_notes_per_job,
        endpoint_max_notes=settings.endpoint_max_notes,
        routes=plan_routes(option, choices),
    )


def _places(settings: BatchDueSettings, option: OptionFacts) -> JobPlaces:
    return JobPlaces(
        work=Bucket(settings.work_bucket),
        transform=TransformPlace(
            model_name=settings.model_name,
            work_bucket=settings.work_bucket,
            instance_type=settings.instance_type,
            instance_count=settings.instance_count,
            max_payload_mb=settings.max_payload_mb,
            max_concurrent_transforms=settings.max_concurrent_transforms,
            kms_key_id=settings.kms_key_id,
        ),
        bedrock=BedrockPlace(
            model_id=option.identifier,
            work_bucket=settings.work_bucket,
            role_arn=settings.bedrock_batch_role_arn,
            kms_key_id=settings.kms_key_id,
        ),
        endpoint_name=settings.endpoint_name,
    )
