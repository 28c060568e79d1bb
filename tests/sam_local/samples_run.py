"""The samples, dropped into a cloud, and what came of them."""

from __future__ import annotations

import json
import time
from typing import Any

from chartbrief.cloud import CHECKOUT
from chartbrief.local_cloud import LocalCloud

SAMPLES = CHECKOUT / "samples" / "notes"
_PATIENCE_SECONDS, _QUIET_SECONDS = 240.0, 2.0
# What may differ between two drops of the same files.
_OF_THE_RUN = ("batch_id", "summarized_at")


def drop_samples(cloud: LocalCloud) -> None:
    """Write every sample under incoming/."""
    s3, bucket = cloud.session().client("s3"), cloud.outputs["NotesBucket"]
    for path in sorted(path for path in SAMPLES.rglob("*") if path.is_file()):
        s3.put_object(Bucket=bucket, Key=f"incoming/{path.relative_to(SAMPLES).as_posix()}", Body=path.read_bytes())


def settle(cloud: LocalCloud) -> None:
    """Wait until nothing moves any more: no message, no call, no job."""
    deadline, quiet_since = time.monotonic() + _PATIENCE_SECONDS, time.monotonic()
    while time.monotonic() - quiet_since < _QUIET_SECONDS:
        assert time.monotonic() < deadline, f"the flow does not come to rest; dead letters {cloud.dead_letters()}"
        time.sleep(0.2)
        if not cloud.idle():
            quiet_since = time.monotonic()


def objects(cloud: LocalCloud, bucket: str, prefix: str) -> dict[str, bytes]:
    """Every object under a prefix, by key."""
    s3, name = cloud.session().client("s3"), cloud.outputs[bucket]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=name, Key=key)["Body"].read() for key in keys}


def summaries(cloud: LocalCloud) -> dict[str, Any]:
    """Every published record by key, without what differs from run to run."""
    found = {key: json.loads(body) for key, body in objects(cloud, "SummariesBucket", "by_note/").items()}
    for record in found.values():
        for name in _OF_THE_RUN:
            del record[name]
        del record["source"]["version_id"]
    return found
