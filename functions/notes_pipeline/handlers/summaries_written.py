"""SummariesWrittenFunction: a batch's summaries are there → tables, candidate codes, FHIR documents, patient groups."""

from __future__ import annotations

import os
from collections.abc import Callable

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.handlers.envelopes import Event, each_message, written_batch_of
from notes_pipeline.observability import logger, metrics, observed
from notes_pipeline.settings import SummariesWrittenSettings
from notes_pipeline.steps.code_notes import Coding
from notes_pipeline.steps.coders import Coder, comprehend_coder, lexical_coder
from notes_pipeline.steps.write_datasets import Publishing, publish_batch


@observed
def lambda_handler(event: Event, context: LambdaContext) -> Event:
    """Publish the batches of the messages; report the messages that must come again."""
    settings = SummariesWrittenSettings.from_environment(dict(os.environ))
    return each_message(event, context, lambda message: _handle(written_batch_of(message), settings))


def _handle(batch_id: str, settings: SummariesWrittenSettings) -> None:
    published = publish_batch(_publishing(settings), batch_id)
    counts = {"rows": published.rows, "codes": published.codes, "patients": published.patients}
    metrics.add_metric(name="SummariesPublished", unit=MetricUnit.Count, value=published.rows)
    metrics.add_metric(name="CodesFound", unit=MetricUnit.Count, value=published.codes)
    metrics.add_metric(name="NotesNotCoded", unit=MetricUnit.Count, value=published.uncoded)
    logger.info("batch published", extra={"batch_id": batch_id, "documents": published.documents, **counts})


def _publishing(settings: SummariesWrittenSettings) -> Publishing:
    work, summaries = Bucket(settings.work_bucket), Bucket(settings.summaries_bucket)
    makers: dict[str, Callable[[], Coder]] = {"lexical": lexical_coder, "comprehend-medical": comprehend_coder}
    make, engine = makers.get(settings.coding_engine), settings.coding_engine
    return Publishing(
        work=work,
        summaries=summaries,
        batch_ledger=BatchLedger(Table(settings.ledger_table)),
        coding=Coding(engine, make(), work, summaries) if make else None,
        fhir=settings.fhir_output == "yes",
    )
