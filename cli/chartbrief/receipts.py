"""The ledger's receipts of one run: where every record of the dropped files stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from chartbrief.books import Books, Status, count_books
from chartbrief.drops import Drop

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

WHOLE_FILE = 0


@dataclass(frozen=True)
class Receipt:
    """One record of a dropped file. `record` counts from 1; 0 stands for the file as a whole."""

    drop: Drop
    object_id: str
    record: int
    status: Status
    note_uid: str | None = None
    content_sha256: str | None = None


@dataclass(frozen=True)
class Standing:
    """How far a run has come: files dropped and staged so far, and the receipts there are."""

    files: int
    dropped: int
    staged: int
    receipts: tuple[Receipt, ...] = ()

    @property
    def books(self) -> Books:
        """The books of these receipts."""
        return count_books(receipt.status for receipt in self.receipts)

    @property
    def settled(self) -> bool:
        """Every file was dropped and staged, and nothing is pending."""
        return self.staged == self.files and self.books.closed


def read_standing(dynamodb: "DynamoDBClient", table: str, drops: Sequence[Drop]) -> Standing:
    """Where `drops` stand now. A file that is not staged to its end counts as one pending record.

    The pipeline writes an object's own row last, so its receipts are all there once that row is.
    """
    rows = _read_rows(dynamodb, table)
    object_ids = {_version_of(item): pk for pk, items in rows.items() for item in items if item["sk"]["S"] == "OBJECT"}
    receipts: list[Receipt] = []
    staged = 0
    for drop in drops:
        object_id = object_ids.get((drop.file.key, drop.version_id), "")
        found = list(_receipts_of(drop, object_id, rows.get(object_id, [])))
        staged += bool(object_id or drop.problem)
        receipts += found if object_id else [_placeholder(drop)]
    return Standing(len(drops), len(drops), staged, tuple(receipts))


def _read_rows(dynamodb: "DynamoDBClient", table: str) -> dict[str, list[dict[str, Any]]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :object)",
        ExpressionAttributeValues={":object": {"S": "OBJECT#"}},
        ConsistentRead=True,
    )
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in pages:
        for item in page["Items"]:
            rows[item["pk"]["S"]].append(cast("dict[str, Any]", item))
    return rows


def _version_of(item: dict[str, Any]) -> tuple[str, str]:
    return item["key"]["S"], item["version_id"]["S"]


def _receipts_of(drop: Drop, pk: str, items: Sequence[dict[str, Any]]) -> Iterator[Receipt]:
    for item in sorted(items, key=lambda item: str(item["sk"]["S"])):
        kind, _, record = item["sk"]["S"].partition("#")
        if kind == "RECORD":
            yield Receipt(
                drop=drop,
                object_id=pk.removeprefix("OBJECT#"),
                record=int(record),
                status=item["status"]["S"],
                note_uid=_text(item, "note_uid"),
                content_sha256=_text(item, "content_sha256"),
            )


def _text(item: dict[str, Any], name: str) -> str | None:
    value: str | None = item.get(name, {}).get("S")
    return value


def _placeholder(drop: Drop) -> Receipt:
    return Receipt(drop, object_id="", record=WHOLE_FILE, status="quarantined" if drop.problem else "pending")
