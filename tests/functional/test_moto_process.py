"""The local cloud's moto answers as moto does, however much of its work is skipped on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chartbrief.local_cloud.processes import Child, free_port

KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
# What differs from call to call.
NEVER_THE_SAME = re.compile("ResponseMetadata|LastModified|VersionId|RequestId|HostId|CreationDate")
TABLE: dict[str, Any] = {
    "TableName": "ledger",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    "BillingMode": "PAY_PER_REQUEST",
}
ROW = {
    "pk": {"S": "NOTE#1"},
    "sk": {"S": "NOTE"},
    "status": {"S": "pending"},
    "record": {"N": "7"},
    "amended": {"BOOL": False},
    "nothing": {"NULL": True},
    "bytes": {"B": b"\x00\x01"},
    "names": {"SS": ["a", "b"]},
    "deep": {"M": {"list": {"L": [{"S": "x"}, {"N": "1.5"}]}}},
}

Answers = list[Any]


@contextmanager
def child(folder: Path) -> Iterator[str]:
    port = free_port()
    started = Child.start("moto", ["-m", "chartbrief.local_cloud.moto_process", str(port)], folder / "moto.log", {})
    try:
        started.wait_for(f"http://127.0.0.1:{port}/moto-api/", 60.0)
        yield f"http://127.0.0.1:{port}"
    finally:
        started.stop()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with child(tmp_path_factory.mktemp("moto")) as found:
        yield found


def answers(ask: Callable[[Any, Callable[..., None]], None], service: str, url: str | None) -> Answers:
    """What a sequence of calls is answered, by the local cloud's moto or by moto in this process."""
    found: Answers = []
    with ExitStack() as stack:
        if url is None:
            stack.enter_context(mock_aws())
        client = boto3.client(service, endpoint_url=url, **KEYS)  # type: ignore[call-overload]

        def note(name: str, **arguments: Any) -> None:
            try:
                found.append((name, plain(getattr(client, name)(**arguments))))
            except ClientError as error:
                found.append((name, plain(error.response)))

        ask(client, note)
    return found


def plain(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: plain(value) for name, value in sorted(answer.items()) if not NEVER_THE_SAME.search(name)}
    if isinstance(answer, list):
        return [plain(value) for value in answer]
    return answer.read() if hasattr(answer, "read") else answer


def ask_s3(client: Any, note: Callable[..., None]) -> None:
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]}
    note("create_bucket", Bucket="notes")
    note("put_bucket_versioning", Bucket="notes", VersioningConfiguration={"Status": "Enabled"})
    note("put_object", Bucket="notes", Key="before", Body=b"not encrypted", ContentType="application/json")
    note("put_bucket_encryption", Bucket="notes", ServerSideEncryptionConfiguration=encryption)
    for body in (b"one", b"two", b""):
        note("put_object", Bucket="notes", Key="by_note/a.json", Body=body, ContentType="application/json")
    note("put_object", Bucket="notes", Key="no/type", Body=b"x")
    note("put_object", Bucket="notes", Key="odd key+ü", Body=b"x")
    note("put_object", Bucket="notes", Key="tagged", Body=b"x", Tagging="a=b", Metadata={"mine": "1"})
    note("put_object", Bucket="notes", Key="tagged", Body=b"without them")
    note("put_object", Bucket="notes", Key="no/type", Body=b"y", IfNoneMatch="*")
    note("put_object", Bucket="nowhere", Key="a", Body=b"x")
    note("create_bucket", Bucket="unversioned", ACL="public-read")
    for tags in ({"Tagging": "a=b"}, {}):
        note("put_object", Bucket="unversioned", Key="open", Body=b"x", **tags)
    for name in ("get_object", "get_object_tagging", "get_object_acl"):
        note(name, Bucket="unversioned", Key="open")
    for key in ("before", "by_note/a.json", "no/type", "odd key+ü", "tagged"):
        note("get_object", Bucket="notes", Key=key)
        note("head_object", Bucket="notes", Key=key)
        note("get_object_tagging", Bucket="notes", Key=key)
        note("get_object_acl", Bucket="notes", Key=key)
    note("list_objects_v2", Bucket="notes")
    note("list_object_versions", Bucket="notes")


def ask_dynamodb(client: Any, note: Callable[..., None]) -> None:
    client.create_table(**TABLE)
    key, other = {"pk": ROW["pk"], "sk": ROW["sk"]}, {"pk": {"S": "NOTE#2"}, "sk": {"S": "NOTE"}}
    new = {"Item": ROW, "TableName": "ledger", "ConditionExpression": "attribute_not_exists(pk)"}
    named = {"ExpressionAttributeNames": {"#status": "status"}}
    for _ in range(2):  # the second time its condition does not hold
        note("transact_write_items", TransactItems=[{"Put": new}, {"Put": {**new, "Item": {**ROW, **other}}}])
    for status in ("pending", "done", "pending"):
        held = {
            "ConditionExpression": "#status = :held AND (attribute_exists(pk) OR record IN (:held, :one))",
            "ExpressionAttributeValues": {":held": {"S": status}, ":one": {"N": "7"}},
            **named,
        }
        row = {**ROW, "status": {"S": "done"}}
        update = {"TableName": "ledger", "Key": other, "UpdateExpression": "SET record = :one", **held}
        put = {"TableName": "ledger", "Item": row, **held}
        note("transact_write_items", TransactItems=[{"Update": update}, {"Put": put}])
        note("batch_get_item", RequestItems={"ledger": {"Keys": [key, other], "ConsistentRead": True}})
        note("put_item", **put)
    unused = {**new, "ExpressionAttributeNames": {"#other": "other"}}
    note("transact_write_items", TransactItems=[{"Put": unused}])
    note("batch_get_item", RequestItems={"ledger": {"Keys": [key, key]}})
    for expression in ("KeyConditionExpression", "FilterExpression"):
        values = {":pk": ROW["pk"]}
        name = "query" if expression.startswith("Key") else "scan"
        note(name, TableName="ledger", ExpressionAttributeValues=values, **{expression: "pk = :pk"})


@pytest.mark.parametrize(("ask", "service"), [(ask_s3, "s3"), (ask_dynamodb, "dynamodb")], ids=["s3", "dynamodb"])
def test_it_answers_as_moto_does(ask: Callable[[Any, Callable[..., None]], None], service: str, url: str) -> None:
    found, wanted = answers(ask, service, url), answers(ask, service, None)
    assert [name for name, _ in found] == [name for name, _ in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one == other
