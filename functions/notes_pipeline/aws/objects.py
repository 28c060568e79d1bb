"""Objects in S3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.errors import DependencyError, MissingError

PIECE_BYTES = 262_144
_RENEWALS = 3


@dataclass(frozen=True)
class ObjectFacts:
    """What is known of an object without reading it: its size in bytes, user metadata, and content type."""

    size: int
    metadata: Mapping[str, str]
    media_type: str = ""


@dataclass(frozen=True)
class ListedObject:
    """An object as a listing names it: key, size in bytes, and a tag that changes whenever the content does."""

    key: str
    size: int
    tag: str


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

    def pieces(self, key: str, version_id: str = "", start: int = 0, end: int = 0) -> Iterator[bytes]:
        """Yield an object's bytes in pieces of one size, the last one shorter; a connection that breaks is renewed.

        Args:
            start, end: of a stretch of it; `end` 0 is the object's.

        Raises:
            MissingError: there is no such object or version.
        """
        at, breaks = start, 0
        while True:
            try:
                for piece in self._pieces_from(key, version_id, at, end):
                    at += len(piece)
                    yield piece
                return
            except MissingError:
                raise
            except DependencyError:
                breaks += 1
                if breaks > _RENEWALS:
                    raise

    def _pieces_from(self, key: str, version_id: str, start: int, end: int) -> Iterator[bytes]:
        request: Any = {"VersionId": version_id} if version_id else {}
        if start or end:
            request["Range"] = f"bytes={start}-{end - 1 if end else ''}"
        with translated("S3 GetObject"):
            body = clients.s3().get_object(Bucket=self.name, Key=key, **request)["Body"]
            with closing(body):
                while piece := body.read(PIECE_BYTES):
                    yield piece

    def facts(self, key: str, version_id: str = "") -> ObjectFacts:
        """Return an object's size, user metadata and content type.

        Raises:
            MissingError: there is no such object or version.
        """
        version: Any = {"VersionId": version_id} if version_id else {}
        with translated("S3 HeadObject"):
            head = clients.s3().head_object(Bucket=self.name, Key=key, **version)
        return ObjectFacts(head["ContentLength"], head["Metadata"], head.get("ContentType", ""))

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

    def folder(self, prefix: str) -> tuple[list[ListedObject], bool]:
        """Return the first thousand objects whose keys begin so, without those in folders below; and if these are all.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
        """
        with translated("S3 ListObjectsV2"):
            page = clients.s3().list_objects_v2(Bucket=self.name, Prefix=prefix, Delimiter="/")
        found = [ListedObject(item["Key"], item["Size"], item["ETag"]) for item in page.get("Contents", [])]
        return found, not page["IsTruncated"]


def bucket_and_key(address: str) -> tuple[str, str]:
    """Return the bucket and the key of an `s3://` address."""
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return bucket, key
