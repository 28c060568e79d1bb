"""Objects in S3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated


@dataclass(frozen=True)
class Bucket:
    """One bucket."""

    name: str

    def read(self, key: str, version_id: str = "") -> bytes:
        """Return an object's bytes (of a version, if one is given).

        Raises:
            MissingError: there is no such object or version.
        """
        version: Any = {"VersionId": version_id} if version_id else {}
        with translated("S3 GetObject"):
            return clients.s3().get_object(Bucket=self.name, Key=key, **version)["Body"].read()

    def metadata(self, key: str, version_id: str = "") -> dict[str, str]:
        """Return an object's user metadata.

        Raises:
            MissingError: there is no such object or version.
        """
        version: Any = {"VersionId": version_id} if version_id else {}
        with translated("S3 HeadObject"):
            return clients.s3().head_object(Bucket=self.name, Key=key, **version)["Metadata"]

    def write(self, key: str, body: bytes, content_type: str = "application/json") -> None:
        """Write an object; the bucket's default encryption applies."""
        with translated("S3 PutObject"):
            clients.s3().put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def delete(self, key: str) -> None:
        """Delete an object, if there is one; its versions stay."""
        with translated("S3 DeleteObject"):
            clients.s3().delete_object(Bucket=self.name, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys under a prefix."""
        with translated("S3 ListObjectsV2"):
            for page in clients.s3().get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                yield from (item["Key"] for item in page.get("Contents", []))


def bucket_and_key(address: str) -> tuple[str, str]:
    """Return the bucket and the key of an `s3://` address."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key
