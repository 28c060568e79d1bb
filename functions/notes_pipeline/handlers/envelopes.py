"""The envelopes that events come in, and answering a queue record by record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.core.identify import BATCH_ID
from notes_pipeline.core.redrives import Redrive
from notes_pipeline.errors import InputError
from notes_pipeline.models import ObjectPart, SourceObject
from notes_pipeline.observability import log_failure, metrics

Event = dict[str, Any]


def source_of(message: Event) -> SourceObject:
    """Return the object version that an EventBridge "Object Created" event is about.

    Raises:
        InputError: the message is no such event.
    """
    try:
        detail = message["detail"]
        item = detail["object"]
        return SourceObject(
            bucket=detail["bucket"]["name"],
            key=item["key"],
            version_id=item.get("version-id", ""),
            sequencer=item.get("sequencer", ""),
            event_time=message["time"],
        )
    except (KeyError, TypeError):
        raise InputError("NotAnObjectEvent", "the message is not an S3 object event from EventBridge") from None


def redrive_of(message: Event) -> Redrive | None:
    """Return the redrive that an operator's message asks for; None for other messages.

    Raises:
        InputError: it asks in no way that is known.
    """
    if "redrive" not in message:
        return None
    try:
        return Redrive.of_text(str(message["object_id"]), str(message["redrive"]))
    except (KeyError, ValueError):
        raise InputError("NotARedrive", "the message does not say which records to stage again") from None


def part_of(message: Event) -> ObjectPart | None:
    """Return the part of the file that a message is about, if it is about no whole one."""
    return ObjectPart.model_validate(message["part"]) if "part" in message else None


def part_message(source: SourceObject, part: ObjectPart) -> Event:
    """Return the message about a part of a file: S3's own about the file, as far as it is read, and the part."""
    item = {"key": source.key, "version-id": source.version_id, "sequencer": source.sequencer}
    detail = {"bucket": {"name": source.bucket}, "object": item}
    return {"time": source.event_time, "detail": detail, "part": part.model_dump()}


def batch_id_of(message: Event) -> str:
    """Return the batch that a job's state change, or our own message, is about ("" for others' jobs)."""
    detail = message.get("detail", {})
    name = message.get("batch_id") or detail.get("TransformJobName") or detail.get("batchJobName", "")
    return str(name) if BATCH_ID.fullmatch(str(name)) else ""


def written_batch_of(message: Event) -> str:
    """Return the batch that a "Summaries Written" event is about.

    Raises:
        InputError: the message is no such event.
    """
    try:
        name = str(message["detail"]["batch_id"])
    except (KeyError, TypeError):
        name = ""
    if not BATCH_ID.fullmatch(name):  # it would be looked up, and logged
        raise InputError("NotASummariesEvent", 'the message is not a "Summaries Written" event')
    return name


def each_message(event: Event, context: LambdaContext, handle: Callable[[Event], None]) -> Event:
    """Handle every message of an SQS event; those that raise are reported, and delivered again alone."""
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)

    def record_handler(record: SQSRecord) -> None:
        try:
            handle(json.loads(record.body))
        except Exception as error:
            log_failure(error)
            raise

    answer: Any = process_partial_response(event, record_handler, processor, context)
    metrics.add_metric(name="MessagesFailed", unit=MetricUnit.Count, value=len(answer["batchItemFailures"]))
    return dict(answer)
