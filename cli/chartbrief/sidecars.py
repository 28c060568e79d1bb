"""Note ids of records that have no summary record, from the sidecars beside the staged shards."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def read_note_ids(s3: "S3Client", bucket: str, object_id: str) -> dict[str, str]:
    """note_uid → note id of every note staged from one object."""
    ids: dict[str, str] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"staged/{object_id}/"):
        for entry in page.get("Contents", []):
            if entry["Key"].endswith(".notes.jsonl"):
                body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                ids |= {row["note_uid"]: row["note_id"] for row in map(json.loads, body.splitlines())}
    return ids
