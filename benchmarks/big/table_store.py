"""A stand-in for DynamoDB on this machine's disk: one table and its index, of which nothing stays in memory."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.big.conditions import Item, changed, holds

_PAGE_BYTES = 1_000_000  # of a Query's page
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows
    (pk TEXT, sk TEXT, backlog TEXT, ready_at TEXT, item TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS backlog ON rows (backlog, ready_at, pk) WHERE backlog IS NOT NULL;
"""
Answer = tuple[int, dict[str, Any]]


class TableStore:
    """Answers the operations that the ledger makes."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self.database = sqlite3.connect(
            folder / "table.sqlite", timeout=120, isolation_level=None, check_same_thread=False
        )
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("PRAGMA synchronous=OFF")
        self.database.executescript(_SCHEMA)

    def answer(self, operation: str, request: Mapping[str, Any]) -> Answer:
        """Return the HTTP status and the body of an operation's answer."""
        if operation == "Query":
            return 200, self._query(request)
        with self._lock:
            if operation == "GetItem":
                item = self._get(request["Key"])
                return 200, {"Item": item} if item else {}
            if operation == "BatchGetItem":
                return 200, self._get_all(request)
            self.database.execute("BEGIN IMMEDIATE")
            is_done = self._write(operation, request)
            self.database.execute("COMMIT" if is_done else "ROLLBACK")
        if is_done:
            return 200, {"UnprocessedItems": {}} if operation == "BatchWriteItem" else {}
        error = (
            "TransactionCanceledException" if operation.startswith("Transact") else "ConditionalCheckFailedException"
        )
        return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{error}", "message": "no"}

    def _write(self, operation: str, request: Mapping[str, Any]) -> bool:
        if operation == "TransactWriteItems":
            return all(self._one(write) for entry in request["TransactItems"] for write in entry.values())
        if operation == "BatchWriteItem":
            ((_, entries),) = request["RequestItems"].items()
            return all(self._one(entry["PutRequest"]) for entry in entries)
        return self._one(request)

    def _one(self, write: Mapping[str, Any]) -> bool:
        held = self._get(write.get("Key") or write["Item"])
        if not holds(write.get("ConditionExpression", ""), held, write):
            return False
        item = write.get("Item")
        if item is None:
            item = changed(write["UpdateExpression"], held or dict(write["Key"]), write)
        text = [item.get(name, {}).get("S") for name in ("pk", "sk", "backlog", "ready_at")]
        self.database.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", (*text, json.dumps(item)))
        return True

    def _get(self, key: Mapping[str, Any]) -> Item:
        found = self.database.execute(
            "SELECT item FROM rows WHERE pk = ? AND sk = ?", (key["pk"]["S"], key["sk"]["S"])
        ).fetchone()
        return json.loads(found[0]) if found else {}

    def _get_all(self, request: Mapping[str, Any]) -> dict[str, Any]:
        ((name, wanted),) = request["RequestItems"].items()
        found = [item for key in wanted["Keys"] if (item := self._get(key))]
        return {"Responses": {name: found}, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        values = {name[1:]: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
        after = request.get("ExclusiveStartKey")
        if request.get("IndexName"):
            start = [after[name]["S"] for name in ("ready_at", "pk")] if after else ["", ""]
            where, order = "backlog = ? AND (ready_at, pk) > (?, ?)", "ready_at, pk"
            found = self._page(where, order, [values["kind"], *start])
        elif "BETWEEN" in request["KeyConditionExpression"]:
            first = after["sk"]["S"] + "\0" if after else values["first"]
            found = self._page("pk = ? AND sk BETWEEN ? AND ?", "sk", [values["pk"], first, values["last"]])
        else:
            first = after["sk"]["S"] + "\0" if after else values["sk"]
            found = self._page("pk = ? AND sk BETWEEN ? AND ?", "sk", [values["pk"], first, values["sk"] + "\uffff"])
        items, is_last = found
        answer: dict[str, Any] = {"Items": items, "Count": len(items)}
        return answer if is_last else answer | {"LastEvaluatedKey": _key(items[-1], request)}

    def _page(self, where: str, order: str, values: list[str]) -> tuple[list[Item], bool]:
        items, size = list[Item](), 0
        with self._lock:
            for (text,) in self.database.execute(f"SELECT item FROM rows WHERE {where} ORDER BY {order}", values):  # noqa: S608 - our own words
                items.append(json.loads(text))
                size += len(text)
                if size >= _PAGE_BYTES:
                    return items, False
        return items, True


def _key(item: Item, request: Mapping[str, Any]) -> Item:
    names = ("pk", "sk", "backlog", "ready_at") if request.get("IndexName") else ("pk", "sk")
    return {name: item[name] for name in names}
