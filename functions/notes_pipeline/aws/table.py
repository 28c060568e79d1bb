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
READ_TOGETHER = WRITTEN_TOGETHER = 100  # most rows of one BatchGetItem, and of one TransactWriteItems
_serialize, _deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


@dataclass(frozen=True)
class Put:
    """A row to write, and the condition on what is there (as in `Table.put`)."""

    row: Row
    condition: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A row to change, how, and the condition on what is there, "" for none (as in `Table.update`)."""

    pk: str
    sk: str
    expression: str
    condition: str
    values: Mapping[str, Any]


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
        return _held("PutItem", **_conditional(self.name, row, condition, values))

    def get_all(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        """Return the rows there are as of now, at most 100, by their keys (pk, sk), no two of which are the same."""
        found: dict[tuple[str, str], Row] = {}
        wanted = [_marshal(pk=pk, sk=sk) for pk, sk in keys]
        left: Any = {self.name: {"Keys": wanted, "ConsistentRead": True}} if wanted else {}  # none is no valid request
        while left:
            with translated("DynamoDB BatchGetItem"):
                answer = clients.dynamodb().batch_get_item(RequestItems=left)
            rows = [_row(item) for item in answer["Responses"].get(self.name, [])]
            found.update({(row["pk"], row["sk"]): row for row in rows})
            left = answer.get("UnprocessedKeys")
        return found

    def put_together(self, puts: Sequence[Put | Change]) -> bool:
        """Write at most 100 rows, all of them or none; say whether they were.

        None is if a condition does not hold, or another write of one of the rows is under way.
        """
        items = [
            {"Put": _conditional(self.name, put.row, put.condition, put.values)}
            if isinstance(put, Put)
            else {"Update": _change(self.name, put)}
            for put in puts
        ]
        return _held("TransactWriteItems", TransactItems=items)

    def put_all(self, rows: Sequence[Row]) -> None:
        """Write rows without conditions, 25 a request."""
        for start in range(0, len(rows), _BATCH):
            requests = [{"PutRequest": {"Item": _marshal(**row)}} for row in rows[start : start + _BATCH]]
            left: Any = {self.name: requests}
            while left:
                with translated("DynamoDB BatchWriteItem"):
                    left = clients.dynamodb().batch_write_item(RequestItems=left).get("UnprocessedItems")

    def put_new(self, rows: Sequence[Row]) -> None:
        """Write those of the rows that are not there yet, a hundred a request."""
        for start in range(0, len(rows), WRITTEN_TOGETHER):
            puts = [Put(row, "attribute_not_exists(pk)", {}) for row in rows[start : start + WRITTEN_TOGETHER]]
            if not self.put_together(puts):
                for put in puts:
                    self.put(put.row, put.condition)

    def update(self, pk: str, sk: str, expression: str, condition: str, **values: Any) -> bool:
        """Change a row if the condition holds; say whether it held. `#status` stands for the reserved word."""
        return _held("UpdateItem", **_change(self.name, Change(pk, sk, expression, condition, values)))

    def delete(self, pk: str, sk: str) -> None:
        """Delete a row, if there is one."""
        with translated("DynamoDB DeleteItem"):
            clients.dynamodb().delete_item(TableName=self.name, Key=_marshal(pk=pk, sk=sk))

    def query(self, pk: str, sk_prefix: str) -> Iterator[Row]:
        """Yield the rows of a partition whose sort key begins so."""
        condition = "pk = :pk AND begins_with(sk, :sk)"
        yield from self._pages(
            KeyConditionExpression=condition, ConsistentRead=True, **_values({"pk": pk, "sk": sk_prefix})
        )

    def query_between(self, pk: str, first: str, last: str) -> Iterator[Row]:
        """Yield the rows of a partition from one sort key to another, both included."""
        condition = "pk = :pk AND sk BETWEEN :first AND :last"
        values = _values({"pk": pk, "first": first, "last": last})
        yield from self._pages(KeyConditionExpression=condition, ConsistentRead=True, **values)

    def backlog(self, kind: str, fields: Sequence[str] = ()) -> Iterator[Row]:
        """Yield the rows of the sparse index `backlog` of a kind, oldest first; only `fields` of them, if given."""
        request = {"IndexName": "backlog", "KeyConditionExpression": "backlog = :kind", **_projection(fields)}
        yield from self._pages(**request, **_values({"kind": kind}))

    def scan(self, segment: int = 0, segments: int = 1, fields: Sequence[str] = ()) -> Iterator[Row]:
        """Yield every row of one of several parts of the table, as of now; only `fields` of it, if any are given.

        The rows of a partition come one after another. What is read is paid for, whatever the fields.
        """
        request: Any = {"TableName": self.name, "ConsistentRead": True, "Segment": segment, "TotalSegments": segments}
        request |= _projection(fields)
        with translated("DynamoDB Scan"):
            for page in clients.dynamodb().get_paginator("scan").paginate(**request):
                yield from (_row(item) for item in page["Items"])

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
            elif operation == "UpdateItem":
                client.update_item(**request)
            else:
                client.transact_write_items(**request)
    except ExistsError:
        return False
    return True


def _conditional(table: str, row: Row, condition: str, values: Mapping[str, Any]) -> dict[str, Any]:
    request = {"Item": _marshal(**row), "TableName": table}
    names = {"ExpressionAttributeNames": {"#status": "status"}} if "#status" in condition else {}
    return {**request, "ConditionExpression": condition, **_values(values), **names} if condition else request


def _change(table: str, change: Change) -> dict[str, Any]:
    names = {"#status": "status"} if "#status" in change.expression + change.condition else {}
    return {
        "TableName": table,
        "Key": _marshal(pk=change.pk, sk=change.sk),
        "UpdateExpression": change.expression,
        **({"ConditionExpression": change.condition} if change.condition else {}),
        **_values(change.values),
        **({"ExpressionAttributeNames": names} if names else {}),
    }


def _projection(fields: Sequence[str]) -> dict[str, Any]:
    names = {f"#f{place}": field for place, field in enumerate(fields)}
    return {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names} if names else {}


def _marshal(**row: Any) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in row.items() if value is not None}


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    marshalled = {f":{name}": _serialize(value) for name, value in values.items()}
    return {"ExpressionAttributeValues": marshalled} if marshalled else {}


def _row(item: Mapping[str, Any]) -> Row:
    # Numbers come back as Decimal; every number of the ledger is a whole one.
    row = {name: _deserialize(value) for name, value in item.items()}
    return {name: int(value) if type(value).__name__ == "Decimal" else value for name, value in row.items()}
