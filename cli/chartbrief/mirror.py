"""Copying the summaries bucket into the output folder, key for path."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

DOWNLOADS_AT_ONCE = 4


def mirror_bucket(s3: "S3Client", bucket: str, out: Path) -> int:
    """Write every object of `bucket` under `out`; returns how many there are."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as downloads:
        list(downloads.map(lambda key: _copy(s3, bucket, key, out / key), keys))
    return len(keys)


def _copy(s3: "S3Client", bucket: str, key: str, path: Path) -> None:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    if path.is_file() and path.read_bytes() == body:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
