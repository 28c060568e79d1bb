"""Keeping a cloud's memory between runs: the ledger's items and the summaries bucket, in a folder.

The ledger holds no note text, and the summaries are the run's output anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_LEDGER, _SUMMARIES = "ledger.jsonl", "summaries"
_BATCH = 25


def export_state(folder: Path, dynamodb: Any, table: str, s3: Any, bucket: str) -> None:
    """Write the ledger and the summaries; each file is replaced whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for key, body in _objects(s3, bucket):
        _replace(folder / _SUMMARIES / key, body)
    rows = "".join(json.dumps(item, sort_keys=True) + "\n" for item in _items(dynamodb, table))
    _replace(folder / _LEDGER, rows.encode())


def import_state(folder: Path, dynamodb: Any, table: str, s3: Any, bucket: str) -> None:
    """Take up what an earlier run exported; nothing happens if it exported nothing."""
    if not (folder / _LEDGER).is_file():
        return
    for path in sorted((folder / _SUMMARIES).rglob("*.json")):
        s3.put_object(Bucket=bucket, Key=path.relative_to(folder / _SUMMARIES).as_posix(), Body=path.read_bytes())
    lines = (folder / _LEDGER).read_text("utf-8").splitlines()
    for start in range(0, len(lines), _BATCH):
        requests = [{"PutRequest": {"Item": json.loads(line)}} for line in lines[start : start + _BATCH]]
        dynamodb.batch_write_item(RequestItems={table: requests})


def _items(dynamodb: Any, table: str) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _objects(s3: Any, bucket: str) -> Iterator[tuple[str, bytes]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for item in page.get("Contents", []):
            yield item["Key"], s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()


def _replace(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(body)
    partial.replace(path)
