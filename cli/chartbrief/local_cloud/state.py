"""What is asked of the local cloud's servers beside AWS's own requests."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any

from chartbrief.errors import UsageError
from chartbrief.local_cloud.moto_state import COPY, KEEP, REPORTED, ROWS, SETTLE, UNREPORTED

_SECONDS = 600.0


def keep_state(moto: str, folder: Path, table: str, bucket: str) -> bool:
    """Take up the state that a folder holds, and keep it there from now on; say whether it held one.

    Args:
        table: the ledger's name.
        bucket: the summaries bucket's: a state of an earlier version has these two alone.

    Raises:
        UsageError: the state cannot be used.
    """
    try:
        return bool(_ask(moto, KEEP, folder=str(folder.resolve()), table=table, bucket=bucket))
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.CONFLICT:
            raise
        raise UsageError(f"The state cannot be used: {json.load(error)}.") from None


def settle_state(moto: str) -> None:
    """Make the state tidy before the end: what was deleted is then in none of its files."""
    _ask(moto, SETTLE)


def mark_reported(moto: str) -> None:
    """Note that a run has told what became of everything that was dropped so far."""
    _ask(moto, REPORTED)


def read_unreported(moto: str, bucket: str) -> list[dict[str, Any]]:
    """Return what was dropped and not told about yet: `key`, `version_id`, `size` and `md5` of each, in order."""
    return list(_ask(moto, UNREPORTED, bucket=bucket))


def copy_bucket(moto: str, bucket: str, folder: Path) -> None:
    """Write every object of a bucket under a folder, key for path; each file is replaced whole or not at all."""
    _ask(moto, COPY, bucket=bucket, folder=str(folder.resolve()))


def read_rows(moto: str, table: str, prefix: str) -> list[dict[str, Any]]:
    """Return the rows of a table whose partition key begins so, in DynamoDB's types."""
    return list(_ask(moto, ROWS, table=table, prefix=prefix))


def read_times(inference: str) -> dict[str, list[tuple[float, float]]]:
    """Return when the model and the jobs were at work (seconds since the epoch)."""
    return dict(_ask(inference, "/times"))


def read_busy(inference: str) -> bool:
    """Say whether a job runs, or a request waits for its answer."""
    return bool(_ask(inference, "/busy"))


def _ask(server: str, path: str, **query: str) -> Any:
    url = f"{server}{path}?{urllib.parse.urlencode(query)}"
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - a loopback URL of ours
        return json.load(answer)
