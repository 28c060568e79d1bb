"""What a run has left for every note, however often it was killed: to be compared with a run that was not."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset

from chartbrief.local_cloud.kept_cloud import open_kept


@dataclass(frozen=True)
class Outcome:
    """Everything that must not depend on interruptions.

    Attributes:
        summaries: note and text of every record → whether it is current or superseded.
        quarantined: file and record of every rejected record → the code of its reason.
        rows: every note and text in the tables that analysts read, with its last status.
        drops: how many versions of each file were dropped.
        pending: rows of the ledger that are not done with.
        waiting: messages in any queue.
    """

    summaries: dict[tuple[str, str], str]
    quarantined: dict[tuple[str, int], str]
    rows: dict[tuple[str, str], str]
    drops: Counter[str]
    pending: list[str]
    waiting: int


def read_outcome(out: Path) -> Outcome:
    """The outcome in an output folder, and in the state that is kept there."""
    records = [json.loads(path.read_bytes()) for path in (out / "by_note").glob("*/*.json")]
    rejects = [json.loads(path.read_bytes()) for path in (out / "quarantine").glob("*/*.json")]
    with open_kept(out / ".chartbrief") as kept:
        s3, names = kept.client("s3"), kept.names
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=names["NotesBucket"])
        drops = Counter(version["Key"] for page in pages for version in page.get("Versions", []))
        rows = kept.client("dynamodb").get_paginator("scan").paginate(TableName=names["LedgerTable"])
        pending = [row["pk"]["S"] for page in rows for row in page["Items"] if _is_open(row)]
        queues = [url for name, url in names.items() if name.endswith("Queue")]
        waiting = sum(_messages(kept.client("sqs"), url) for url in queues)
    return Outcome(
        summaries={(r["note_uid"], r["content_sha256"]): r["status"] for r in records},
        quarantined={(r["source"]["key"], r["source"]["record"]): r["code"] for r in rejects},
        rows=_table_rows(out / "table"),
        drops=drops,
        pending=pending,
        waiting=waiting,
    )


def _is_open(row: dict[str, Any]) -> bool:
    status, kind = row.get("status", {}).get("S", ""), row["sk"]["S"].split("#")[0]
    return status in ("pending", "planned", "running") or (kind == "SHARD" and "backlog" in row)


def _messages(sqs: Any, url: str) -> int:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])


def _table_rows(folder: Path) -> dict[tuple[str, str], str]:
    names = ["note_uid", "content_sha256", "status"]
    table = pyarrow.dataset.dataset(folder, format="parquet").to_table(columns=names)
    rows = [tuple(row[name] for name in names) for row in table.to_pylist()]
    return {(uid, text): status for uid, text, status in sorted(rows)}  # superseded comes after draft
