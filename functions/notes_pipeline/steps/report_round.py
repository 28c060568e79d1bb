"""Telling what a round came to, in metrics and a line of the log: ids, counts and the names of parameters."""

from __future__ import annotations

from aws_lambda_powertools.metrics import MetricUnit

from notes_pipeline.core.retry_rules import RULES, FailureKind
from notes_pipeline.observability import logger, metrics
from notes_pipeline.steps.give_batch import Round
from notes_pipeline.steps.measure_backlog import Waiting


def report_round(round_: Round, waiting: Waiting) -> None:
    """Publish a round's figures; what is held, and why, is a warning."""
    held = round_.held
    figures = {
        "BatchesStarted": round_.started,
        "PendingNotes": waiting.notes,
        "HeldNotes": sum(held.notes.values()),
    }
    ages = {"OldestPendingSeconds": waiting.oldest_seconds, "OldestBatchSeconds": waiting.oldest_batch_seconds}
    for name, value in figures.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
    for name, value in ages.items():
        metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=value)
    metrics.add_metric(name="SpendPercent", unit=MetricUnit.Percent, value=round_.spent_percent)
    if held.notes:
        caps = round_.starting.caps.model_dump(exclude_defaults=True)
        why = {"notes_by_reason": dict(held.notes), "shards_by_reason": dict(held.shards)}
        logger.warning("notes held", extra={"reason": held.reason, **why, "caps": caps, "advice": _advice(held.reason)})
    if round_.orphans:
        logger.warning("shards without a batch put back", extra={"shards": round_.orphans})
    more = {"pending_notes": waiting.notes, "failed": len(round_.errors), "divided": len(held.divide)}
    logger.info("round done", extra={"batches_started": round_.started, **more})


def _advice(reason: str) -> str:
    """Return what a person can do about a failure; a cap or quiet hours are as the operator wants them."""
    kind = next((kind for kind in FailureKind if kind.value == reason), None)
    return RULES[kind].advice.partition("then drop")[0].rstrip(",; ") if kind else ""
