"""moto's stores with a journal: what can be done to them, and all that is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from hypothesis import strategies as st
from moto import mock_aws

from chartbrief.local_cloud.moto_kept import Kept
from chartbrief.local_cloud.moto_stores import find_queues, find_tables, s3_store

VERSIONED, PLAIN = "kept-notes", "kept-work"
TABLE: dict[str, Any] = {
    "TableName": "ledger",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "BillingMode": "PAY_PER_REQUEST",
}
KEYS = st.sampled_from(["a", "incoming/ward/b.txt", "incoming/ward/ü c.txt"])
BUCKETS = st.sampled_from([VERSIONED, PLAIN])
BODIES = st.sampled_from([b"", b"a note", b"a note that is longer", bytes(range(256)) * 20])
ROWS = st.sampled_from(["NOTE#1", "NOTE#2", "OBJECT#1"])
VALUES = st.sampled_from(
    [
        {"S": "pending"},
        {"N": "7"},
        {"B": b"\x00\xff"},
        {"SS": ["a", "b"]},
        {"M": {"l": {"L": [{"N": "1.5"}]}}},
        {"NULL": True},
    ]
)
TEXTS = st.sampled_from(["{}", "ü"])
# What is done: its name, and what it is done with.
Step = tuple[str, dict[str, Any]]
STEPS = st.one_of(
    st.tuples(st.just("put"), st.fixed_dictionaries({"bucket": BUCKETS, "key": KEYS, "body": BODIES})),
    st.tuples(st.just("copy"), st.fixed_dictionaries({"bucket": BUCKETS, "key": KEYS})),
    st.tuples(st.just("parts"), st.fixed_dictionaries({"bucket": BUCKETS, "key": KEYS, "body": BODIES})),
    st.tuples(st.just("delete"), st.fixed_dictionaries({"bucket": BUCKETS, "key": KEYS})),
    st.tuples(st.just("delete_version"), st.fixed_dictionaries({"key": KEYS, "place": st.integers(0, 3)})),
    st.tuples(st.just("row"), st.fixed_dictionaries({"pk": ROWS, "value": VALUES})),
    st.tuples(st.just("update"), st.fixed_dictionaries({"pk": ROWS, "value": VALUES, "if_there": st.booleans()})),
    st.tuples(st.just("transact"), st.fixed_dictionaries({"pk": ROWS, "value": VALUES, "fails": st.booleans()})),
    st.tuples(st.just("delete_row"), st.fixed_dictionaries({"pk": ROWS})),
    st.tuples(st.just("send"), st.fixed_dictionaries({"body": TEXTS, "delay": st.integers(0, 5)})),
    st.tuples(st.just("receive"), st.fixed_dictionaries({"most": st.integers(1, 3), "hidden": st.integers(0, 9)})),
    st.tuples(st.just("done"), st.fixed_dictionaries({"place": st.integers(0, 3)})),
    st.tuples(st.just("purge"), st.fixed_dictionaries({})),
    st.tuples(st.just("report"), st.fixed_dictionaries({})),
    st.tuples(st.just("rewrite"), st.fixed_dictionaries({})),
)


@contextmanager
def fresh_stores() -> Iterator[Stores]:
    """Empty buckets, table and queues, as the template makes them."""
    with mock_aws():
        yield Stores()


@cache
def clients() -> tuple[Any, Any, Any]:
    """Clients for every example: making them takes longer than what is done with them."""
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    return session.client("s3"), session.client("dynamodb"), session.client("sqs")


class Stores:
    """Clients of moto, and what was received of its queue."""

    def __init__(self) -> None:
        self.s3, self.dynamodb, self.sqs = clients()
        for bucket in (VERSIONED, PLAIN):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        self.dynamodb.create_table(**TABLE)
        dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": 2}}'
        self.queue = self.sqs.create_queue(QueueName="queue", Attributes={"RedrivePolicy": policy})["QueueUrl"]
        self.handles: list[str] = []

    def do(self, step: Step, kept: Kept) -> None:
        """Do one thing, whether or not it is refused, and have it kept."""
        name, given = step
        if name in ("report", "rewrite"):
            kept.mark_reported() if name == "report" else kept.rewrite()
            return
        doing: Callable[..., None] = getattr(self, f"_{name}")
        with suppress(ClientError):
            doing(**given)
        kept.write_changes()

    def _put(self, bucket: str, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"written": "2031"}, ContentType="text/plain")

    def _copy(self, bucket: str, key: str) -> None:
        source: Any = {"Bucket": bucket, "Key": key}
        self.s3.copy_object(Bucket=bucket, Key=key, CopySource=source, MetadataDirective="REPLACE", Metadata={"a": "b"})

    def _parts(self, bucket: str, key: str, body: bytes) -> None:
        upload: Any = {"Bucket": bucket, "Key": key}
        upload["UploadId"] = self.s3.create_multipart_upload(**upload)["UploadId"]
        tag = self.s3.upload_part(**upload, PartNumber=1, Body=body)["ETag"]
        self.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})

    def _delete(self, bucket: str, key: str) -> None:
        self.s3.delete_object(Bucket=bucket, Key=key)

    def _delete_version(self, key: str, place: int) -> None:
        found = self.s3.list_object_versions(Bucket=VERSIONED, Prefix=key)
        versions: list[Any] = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
        if versions:
            chosen = versions[place % len(versions)]["VersionId"]
            self.s3.delete_object(Bucket=VERSIONED, Key=key, VersionId=chosen)

    def _row(self, pk: str, value: Any) -> None:
        self.dynamodb.put_item(TableName="ledger", Item={"pk": {"S": pk}, "sk": {"S": "ROW"}, "value": value})

    def _update(self, pk: str, value: Any, if_there: bool) -> None:
        update: Any = {"TableName": "ledger", "Key": {"pk": {"S": pk}, "sk": {"S": "ROW"}}}
        update |= {"ConditionExpression": "attribute_exists(pk)"} if if_there else {}
        self.dynamodb.update_item(
            **update, UpdateExpression="SET other = :value", ExpressionAttributeValues={":value": value}
        )

    def _transact(self, pk: str, value: Any, fails: bool) -> None:
        row: Any = {"pk": {"S": pk}, "sk": {"S": "ROW"}, "value": value}
        other: Any = {"pk": {"S": "NOTE#9"}, "sk": {"S": "ROW"}}
        condition: Any = {"ConditionExpression": "attribute_exists(never)"} if fails else {}
        writes: Any = [
            {"Put": {"TableName": "ledger", "Item": row}},
            {"Put": {"TableName": "ledger", "Item": other, **condition}},
        ]
        self.dynamodb.transact_write_items(TransactItems=writes)

    def _delete_row(self, pk: str) -> None:
        self.dynamodb.delete_item(TableName="ledger", Key={"pk": {"S": pk}, "sk": {"S": "ROW"}})

    def _send(self, body: str, delay: int) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body, DelaySeconds=delay)

    def _receive(self, most: int, hidden: int) -> None:
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=most, VisibilityTimeout=hidden)
        self.handles += [message["ReceiptHandle"] for message in found.get("Messages", [])]

    def _done(self, place: int) -> None:
        if self.handles:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=self.handles[place % len(self.handles)])

    def _purge(self) -> None:
        self.sqs.purge_queue(QueueUrl=self.queue)


def contents(kept: Kept) -> dict[str, Any]:
    """All that must be the same when it is read again."""
    objects = {
        (name, key): [_version(version) for version in versions]
        for name, bucket in s3_store().buckets.items()
        for key, versions in bucket.keys.lists()
    }
    rows = sorted((item.to_json()["Attributes"] for item in find_tables()["ledger"].all_items()), key=str)
    messages = {name: [_message(message) for message in queue._messages] for name, queue in find_queues().items()}
    dropped = [(version.name, version.version_id) for version in kept.unreported(VERSIONED)]
    return {"objects": objects, "rows": rows, "messages": messages, "unreported": dropped}


def _version(version: Any) -> tuple[Any, ...]:
    facts = version.version_id, version.last_modified, version.name
    if not hasattr(version, "etag"):
        return facts
    return *facts, version.value, version.etag, version.size, dict(version.metadata), version.response_dict


def _message(message: Any) -> tuple[Any, ...]:
    times = message.sent_timestamp, message.delayed_until
    return message.id, message.body, message.approximate_receive_count, message.message_attributes, *times


def read_again(path: Path) -> dict[str, Any]:
    """What a later process finds."""
    with fresh_stores():
        kept = Kept(path)
        try:
            return contents(kept)
        finally:
            kept.close()
