"""The ledger's table: plain dictionaries in and out, conditions as text, errors translated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import ExistsError

Row = dict[str, Any]
_BATCH = 25  # most puts of one BatchWriteItem
_serialize, _deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


@dataclass(frozen=True)
class Table:
    """A table with string keys `pk` and `sk` and the sparse index `backlog`."""

    name: str

    def get(self, pk: str, sk: str) -> Row | None:
        """Return a row as of now, or None."""
        with translated("DynamoDB GetItem"):
            answer = clients.dynamodb().get_item(TableName=self.name, Key=_marshal(pk=pk, sk=sk), ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else None

    def put(self, row: Row, condition: str = "", **values: Any) -> bool:
        """Write a row if the condition holds (`:name` takes `values["name"]`); say whether it held."""
        conditional = {"ConditionExpression": condition, **_values(values)} if condition else {}
        return _held("PutItem", Item=_marshal(**row), TableName=self.name, **conditional)

    def put_all(self, rows: Sequence[Row]) -> None:
        """Write rows without conditions, 25 a request."""
        for start in range(0, len(rows), _BATCH):
            requests = [{"PutRequest": {"Item": _marshal(**row)}} for row in rows[start : start + _BATCH]]
            left: Any = {self.name: requests}
            while left:
                with translated("DynamoDB BatchWriteItem"):
                    left = clients.dynamodb().batch_write_item(RequestItems=left).get("UnprocessedItems")

    def update(self, pk: str, sk: str, expression: str, condition: str, **values: Any) -> bool:
        """Change a row if the condition holds; say whether it held. `#status` stands for the reserved word."""
        names = {"#status": "status"} if "#status" in expression + condition else {}
        return _held(
            "UpdateItem",
            TableName=self.name,
            Key=_marshal(pk=pk, sk=sk),
            UpdateExpression=expression,
            ConditionExpression=condition,
            **_values(values),
            **({"ExpressionAttributeNames": names} if names else {}),
        )

    def query(self, pk: str, sk_prefix: str) -> Iterator[Row]:
        """Yield the rows of a partition whose sort key begins so."""
        condition = "pk = :pk AND begins_with(sk, :sk)"
        yield from self._pages(
            KeyConditionExpression=condition, ConsistentRead=True, **_values({"pk": pk, "sk": sk_prefix})
        )

    def backlog(self, kind: str) -> Iterator[Row]:
        """Yield the rows of the sparse index `backlog` of a kind, oldest first."""
        yield from self._pages(IndexName="backlog", KeyConditionExpression="backlog = :kind", **_values({"kind": kind}))

    def _pages(self, **request: Any) -> Iterator[Row]:
        with translated("DynamoDB Query"):
            for page in clients.dynamodb().get_paginator("query").paginate(TableName=self.name, **request):
                yield from (_row(item) for item in page["Items"])


def _held(operation: str, **request: Any) -> bool:
    client = clients.dynamodb()
    try:
        with translated(f"DynamoDB {operation}"):
            if operation == "PutItem":
                client.put_item(**request)
            else:
                client.update_item(**request)
    except ExistsError:
        return False
    return True


def _marshal(**row: Any) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in row.items() if value is not None}


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    marshalled = {f":{name}": _serialize(value) for name, value in values.items()}
    return {"ExpressionAttributeValues": marshalled} if marshalled else {}


def _row(item: Mapping[str, Any]) -> Row:
    # Numbers come back as Decimal; every number of the ledger is a whole one.
    row = {name: _deserialize(value) for name, value in item.items()}
    return {name: int(value) if type(value).__name__ == "Decimal" else value for name, value in row.items()}
