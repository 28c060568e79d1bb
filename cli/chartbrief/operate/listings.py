"""Listings of buckets that are larger than memory: every version under a prefix, or keys and times in several parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated

_HEX = "0123456789abcdef"


@dataclass(frozen=True)
class Version:
    """A version of an object; its id is "null" if it was written while the bucket kept no versions."""

    key: str
    version_id: str
    modified: float


@dataclass(frozen=True)
class Entry:
    """The object that a key has now."""

    key: str
    modified: float


def versions(bucket: str, prefix: str) -> Iterator[Version]:
    """Yield every version under a prefix, also those that were overwritten or hidden by a delete marker; no markers."""
    with translated("S3 ListObjectVersions"):
        for page in clients.s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Versions", []):
                yield Version(item["Key"], item["VersionId"], item["LastModified"].timestamp())


def entries(bucket: str, prefix: str, after: str = "", until: str = "") -> Iterator[Entry]:
    """Yield what keys under a prefix hold: those behind one key (in S3's order), up to another, if these are given."""
    start = {"StartAfter": after} if after else {}
    with translated("S3 ListObjectsV2"):
        pages = clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, **start)  # type: ignore[arg-type]
        for page in pages:
            for item in page.get("Contents", []):
                if until and item["Key"] > until:
                    return
                yield Entry(item["Key"], item["LastModified"].timestamp())


def parts(bucket: str, prefix: str) -> list[Callable[[], Iterator[Entry]]]:
    """Return readers that together list everything under a prefix whose keys mostly go on with two hex digits."""
    with translated("S3 ListObjectsV2"):
        is_long = clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix)["IsTruncated"]
    digits = [f"{prefix}{first}{second}" for first in _HEX for second in _HEX] if is_long else []
    bounds = ["", *digits, ""]
    return [partial(entries, bucket, prefix, *pair) for pair in pairwise(bounds)]
