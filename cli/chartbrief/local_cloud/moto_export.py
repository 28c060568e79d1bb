"""Taking up what versions before 0.6 left behind: the ledger and the summaries of finished runs, in two files."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartbrief.kept_state import EXPORT
from chartbrief.local_cloud.moto_stores import find_tables, s3_store


def take_up_export(folder: Path, table: str, bucket: str) -> None:
    """Put exported rows and objects into moto's stores; nothing happens if none were exported."""
    if not all((folder / name).is_file() for name in EXPORT):
        return
    ledger, summaries = (folder / name for name in EXPORT)
    for line in _lines(summaries):
        s3_store().put_object(bucket, line["key"], base64.b64decode(line["body"]))
    for row in _lines(ledger):
        find_tables()[table].put_item(row)


def forget_export(folder: Path) -> None:
    """Remove the two files: what is in them is kept otherwise now."""
    for name in EXPORT:
        (folder / name).unlink(missing_ok=True)


def _lines(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
