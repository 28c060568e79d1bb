"""moto's stores, and its messages as they are kept."""

from __future__ import annotations

from typing import Any

from chartbrief.local_cloud.template import ACCOUNT, REGION

# A message's facts, as moto calls them, beside its id and body.
_FACTS = (
    "message_attributes",
    "system_attributes",
    "sent_timestamp",
    "approximate_first_receive_timestamp",
    "delayed_until",
    "deduplication_id",
    "group_id",
    "sequence_number",
)


def s3_store() -> Any:
    """Return moto's S3."""
    from moto.s3.models import s3_backends

    return s3_backends[ACCOUNT]["aws"]


def find_tables() -> dict[str, Any]:
    """Return DynamoDB's tables by name."""
    from moto.dynamodb.models import dynamodb_backends

    tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
    return tables


def find_queues() -> dict[str, Any]:
    """Return SQS's queues by name."""
    from moto.sqs.models import sqs_backends

    queues: dict[str, Any] = sqs_backends[ACCOUNT][REGION].queues
    return queues


def write_message(message: Any) -> dict[str, Any]:
    """Return what is kept of a message; it will be visible again, however long it was still to be hidden."""
    kept = {"id": message.id, "body": message.body, "count": message.approximate_receive_count}
    return kept | {name: value for name in _FACTS if (value := getattr(message, name))}


def read_message(kept: dict[str, Any]) -> Any:
    """Return moto's message."""
    from moto.sqs.models import Message

    message = Message(kept["id"], kept["body"])
    message.approximate_receive_count = kept["count"]
    for name in _FACTS:
        if name in kept:
            setattr(message, name, kept[name])
    return message
