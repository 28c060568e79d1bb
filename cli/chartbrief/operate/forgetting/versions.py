"""Every version of every object of a bucket, delete markers among them, and getting rid of some for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.errors import DependencyError

# Most keys of one DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
_TOGETHER = 1000


@dataclass(frozen=True)
class Stored:
    """A version of an object, or a delete marker."""

    bucket: str
    key: str
    version_id: str
    is_current: bool
    is_marker: bool
    size: int


def stored(bucket: str, prefix: str = "") -> Iterator[Stored]:
    """Yield every version and marker under a prefix, those of a key one after another, the newest first."""
    pages: Any = clients.s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    with translated("S3 ListObjectVersions"):
        for page in pages:
            found = [(item, False) for item in page.get("Versions", [])]
            found += [(item, True) for item in page.get("DeleteMarkers", [])]
            for item, is_marker in sorted(found, key=lambda each: each[0]["Key"]):
                size = item.get("Size", 0)
                yield Stored(bucket, item["Key"], item["VersionId"], item["IsLatest"], is_marker, size)


@dataclass(frozen=True)
class Held:
    """What a version holds: its bytes, user metadata, and content type."""

    body: bytes
    metadata: Mapping[str, str]
    media_type: str


def read_version(version: Stored) -> Held:
    """Return what a version holds.

    Raises:
        MissingError: it is gone.
    """
    with translated("S3 GetObject"):
        answer = clients.s3().get_object(Bucket=version.bucket, Key=version.key, VersionId=version.version_id)
        return Held(answer["Body"].read(), answer["Metadata"], answer.get("ContentType", ""))


def delete_versions(versions: Iterable[Stored]) -> int:
    """Delete versions and markers of one bucket for good; return how many. One that is gone is no failure.

    Raises:
        DependencyError: S3 refused some of them.
    """
    count = 0
    for some in in_batches(versions, _TOGETHER):
        objects: Any = [{"Key": each.key, "VersionId": each.version_id} for each in some]
        with translated("S3 DeleteObjects"):
            answer = clients.s3().delete_objects(Bucket=some[0].bucket, Delete={"Objects": objects, "Quiet": True})
        if answer.get("Errors"):
            raise DependencyError(f"S3 DeleteObjects: {answer['Errors'][0].get('Code', 'Unknown')}")
        count += len(some)
    return count
