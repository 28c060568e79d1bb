"""Keeping a cloud's memory between runs: the ledger's items and the summaries bucket, in two files.

The ledger holds no note text, and the summaries are the run's output anyway. moto writes and reads the files itself.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from chartbrief.local_cloud.moto_state import COPY, OBJECTS_IN, OBJECTS_OUT, ROWS, ROWS_OUT

_LEDGER, _SUMMARIES = "ledger.jsonl", "summaries.jsonl"
_BATCH = 25
_SECONDS = 600.0


def copy_bucket(moto: str, bucket: str, folder: Path) -> None:
    """Write every object of a bucket under a folder, key for path; each file is replaced whole or not at all."""
    _ask(moto, COPY, bucket=bucket, folder=str(folder.resolve()))


def export_state(folder: Path, moto: str, table: str, bucket: str) -> None:
    """Write the ledger and the summaries; each file is replaced whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    _ask(moto, OBJECTS_OUT, bucket=bucket, file=str((folder / _SUMMARIES).resolve()))
    _ask(moto, ROWS_OUT, table=table, file=str((folder / _LEDGER).resolve()))


def import_state(folder: Path, moto: str, table: str, bucket: str, dynamodb: Any) -> None:
    """Take up what an earlier run exported; nothing happens if it exported nothing."""
    if not all((folder / name).is_file() for name in (_LEDGER, _SUMMARIES)):
        return
    _ask(moto, OBJECTS_IN, bucket=bucket, file=str((folder / _SUMMARIES).resolve()))
    lines = (folder / _LEDGER).read_text("utf-8").splitlines()
    for start in range(0, len(lines), _BATCH):
        requests = [{"PutRequest": {"Item": json.loads(line)}} for line in lines[start : start + _BATCH]]
        dynamodb.batch_write_item(RequestItems={table: requests})


def read_rows(moto: str, table: str, prefix: str) -> list[dict[str, Any]]:
    """Return the rows of a table whose partition key begins so, in DynamoDB's types."""
    return list(_ask(moto, ROWS, table=table, prefix=prefix))


def read_times(inference: str) -> dict[str, list[tuple[float, float]]]:
    """Return when the model and the jobs were at work (seconds since the epoch)."""
    return dict(_ask(inference, "/times"))


def read_busy(inference: str) -> bool:
    """Say whether a job runs, or a request waits for its answer."""
    return bool(_ask(inference, "/busy"))


def _ask(moto: str, path: str, **query: str) -> Any:
    url = f"{moto}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - a loopback URL of ours
        return json.load(answer)
