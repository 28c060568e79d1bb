"""NotesUploadedFunction: a file was dropped → staged shards, receipts, quarantine records."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.aws import messages
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import object_id
from notes_pipeline.core.plan_batch import looks_at_backlog
from notes_pipeline.handlers.envelopes import Event, each_message, part_message, part_of, redrive_of, source_of
from notes_pipeline.observability import logger, metrics, observed
from notes_pipeline.settings import NotesUploadedSettings
from notes_pipeline.steps.restage_records import restage_records
from notes_pipeline.steps.stage_object import Staged, close_object, stage_object, stage_part
from notes_pipeline.steps.stage_records import Staging

# What staging the largest file that is not divided may take. A message that is begun with less time left than that goes
# to the end of the queue: failing would make it wait for an hour and count against it.
_LONGEST_SECONDS = 300


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Event:
    """Stage every file, or part of one, of the messages; report the messages that must come again."""
    settings = NotesUploadedSettings.from_environment(dict(os.environ))

    def handle(message: Event) -> None:
        if context.get_remaining_time_in_millis() < 1000 * _LONGEST_SECONDS:
            messages.send_all(settings.notes_uploaded_queue_url, [message])
        else:
            _handle(message, settings)

    return each_message(event, context, handle)


def _handle(message: Event, settings: NotesUploadedSettings) -> None:
    staging, now = _staging(settings), datetime.now(UTC).isoformat()
    redrive = redrive_of(message)
    if redrive:
        staged = restage_records(staging, redrive, now)
        _hurry(redrive.object_id, staged, staging, settings)
        extra = {"object_id": redrive.object_id, "shards": len(staged.shards), "records": len(redrive.records)}
        logger.info("records staged again", extra=extra)
        return
    source, part = source_of(message), part_of(message)
    staged = stage_part(staging, source, part, now) if part else stage_object(staging, source, now)
    messages.send_all(settings.notes_uploaded_queue_url, [part_message(source, each) for each in staged.parts])
    _hurry(object_id(source), staged, staging, settings)
    close_object(staging, source, staged, now)
    counts = {status.value: count for status, count in (staged.counts or {}).items()}
    for name, count in counts.items():
        metrics.add_metric(name=f"Received{name.capitalize()}", unit=MetricUnit.Count, value=count)
    metrics.add_metric(name="IgnoredRecords", unit=MetricUnit.Count, value=sum(staged.ignored.values()))
    what = {"object_id": object_id(source), "shards": len(staged.shards), "parts": len(staged.parts), **counts}
    what |= {"unread_siblings": staged.unread_siblings} if staged.unread_siblings else {}
    logger.info("file divided" if staged.parts else "part staged" if part else "file staged", extra=what)


def _hurry(identity: str, staged: Staged, staging: Staging, settings: NotesUploadedSettings) -> None:
    reason = _reason_to_hurry(identity, staged, staging, settings)
    if reason:
        messages.send(settings.batch_now_queue_url, reason=reason)


def _reason_to_hurry(identity: str, staged: Staged, staging: Staging, settings: NotesUploadedSettings) -> str:
    if not staged.waiting:
        return ""
    if any(shard.urgent for shard in staged.shards):
        return "urgent"
    if settings.max_wait_seconds == 0:
        return "no-wait"
    if not looks_at_backlog(identity, staged.waiting, settings.min_notes):
        return ""
    return "backlog" if staging.batch_ledger.has_notes(settings.min_notes) else ""


def _staging(settings: NotesUploadedSettings) -> Staging:
    table = Table(settings.ledger_table)
    return Staging(
        notes=Bucket(settings.notes_bucket),
        work=Bucket(settings.work_bucket),
        summaries=Bucket(settings.summaries_bucket),
        note_ledger=NoteLedger(table),
        batch_ledger=BatchLedger(table),
        rules=ReadingRules(
            note=settings.note_field,
            note_id=settings.id_field,
            patient_id=settings.patient_field,
            max_note_bytes=settings.max_note_bytes,
            encoding=settings.note_encoding,
            text_headers=settings.text_headers,
        ),
        shard_tokens=settings.shard_tokens,
    )
