"""TransformFinishedFunction: a batch ended → checked summaries, quarantine records, books, an event."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_closing import close_batch
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.handlers.envelopes import Event, batch_id_of, each_message
from notes_pipeline.observability import logger, metrics, observed
from notes_pipeline.settings import TransformFinishedSettings
from notes_pipeline.steps.collect_batch import Collected, collect_batch
from notes_pipeline.steps.collect_part import Collecting

# What a part that was begun may still take: two thousand files of one note.
_LAST_SECONDS = 180.0


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Event:
    """Collect the batches of the messages; report the messages that must come again."""
    settings = TransformFinishedSettings.from_environment(dict(os.environ))
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _LAST_SECONDS
    return each_message(event, context, lambda message: _handle(batch_id_of(message), settings, deadline))


def _handle(batch_id: str, settings: TransformFinishedSettings, deadline: float) -> None:
    collecting = _collecting(settings, deadline)
    collected = collect_batch(collecting, batch_id, datetime.now(UTC)) if batch_id else Collected()
    if collected.is_unfinished:
        messages.send(settings.transform_finished_queue_url, batch_id=batch_id)
        logger.info("batch collected in part", extra={"batch_id": batch_id})
    end = collected.end()
    if end is None:
        return
    counts = {"summarized": end.summarized, "quarantined": end.quarantined}
    place = {"bucket": settings.summaries_bucket, "prefix": "by_note/"}
    messages.announce_summaries(settings.event_bus_name, {"batch_id": batch_id, **counts, **place})
    close_batch(collecting.batch_ledger, end, datetime.now(UTC))
    # Last: the round that this starts finds in the ledger what the batch has taught.
    if end.put_back:
        messages.send(settings.batch_now_queue_url, reason="put-back")
    metrics.add_metric(name="JobsFailed", unit=MetricUnit.Count, value=int(end.has_failed))
    metrics.add_metric(name="NotesSummarized", unit=MetricUnit.Count, value=end.summarized)
    metrics.add_metric(name="NotesQuarantined", unit=MetricUnit.Count, value=end.quarantined)
    how = {"shards_put_back": end.put_back, "ended": end.status, "reason": end.reason}
    logger.info("batch collected", extra={"batch_id": batch_id, **counts, **how})


def _collecting(settings: TransformFinishedSettings, deadline: float) -> Collecting:
    table = Table(settings.ledger_table)
    return Collecting(
        work=Bucket(settings.work_bucket),
        summaries=Bucket(settings.summaries_bucket),
        note_ledger=NoteLedger(table),
        batch_ledger=BatchLedger(table),
        max_attempts=settings.max_attempts,
        deadline=deadline,
    )
