"""Messages that leave the pipeline's functions: ids and counts only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import DependencyError

_BATCH = 10  # most entries of one SendMessageBatch
EVENT_SOURCE, SUMMARIES_WRITTEN = "chartbrief", "Summaries Written"


def send(queue_url: str, delay_seconds: int = 0, **content: str) -> None:
    """Send a message to a queue, to be seen after a delay."""
    with translated("SQS SendMessage"):
        clients.sqs().send_message(QueueUrl=queue_url, MessageBody=json.dumps(content), DelaySeconds=delay_seconds)


def send_all(queue_url: str, contents: Sequence[Mapping[str, Any]]) -> None:
    """Send messages to a queue, ten a request.

    Raises:
        DependencyError: the queue did not take one of them; others may be sent.
    """
    for start in range(0, len(contents), _BATCH):
        some = enumerate(contents[start : start + _BATCH])
        entries = [{"Id": str(number), "MessageBody": json.dumps(content)} for number, content in some]
        with translated("SQS SendMessageBatch"):
            answer = clients.sqs().send_message_batch(QueueUrl=queue_url, Entries=entries)  # type: ignore[arg-type]
        if answer.get("Failed"):
            raise DependencyError("SQS SendMessageBatch: entry refused")


def announce_summaries(bus: str, detail: dict[str, Any]) -> None:
    """Put a "Summaries Written" event on the bus.

    Raises:
        DependencyError: the bus did not take it.
    """
    entry = {"Source": EVENT_SOURCE, "DetailType": SUMMARIES_WRITTEN, "Detail": json.dumps(detail), "EventBusName": bus}
    with translated("EventBridge PutEvents"):
        answer = clients.events().put_events(Entries=[entry])  # type: ignore[list-item]
    if answer.get("FailedEntryCount"):
        raise DependencyError("EventBridge PutEvents: entry refused")
