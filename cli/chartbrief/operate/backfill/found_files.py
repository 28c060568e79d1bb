"""Finding what to backfill: the objects under an `s3://` address, or the files of a folder, and which of them count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Protocol

from chartbrief.operate.backfill.file_forms import HEAD_BYTES, Head, form_by_head, is_named, names_another
from notes_pipeline.core.drop_metadata import event_time
from notes_pipeline.core.identify import digest

# One CopyObject copies so much, and no file that the pipeline takes comes near it:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
MAX_COPY_BYTES = 5 * 1024**3
# Objects that have to be restored before anybody can read them.
_ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})


@dataclass(frozen=True)
class FoundFile:
    """A file to backfill.

    Attributes:
        path: below the prefix or folder that was named; what patterns are held against.
        key: the object's key, or the file's path.
        version_id: of the object, where versions are told apart; else "".
        mark: what changes whenever the content does: an ETag, or a file's size and time.
        modified: when it was written, as S3's events say it.
    """

    path: str
    key: str
    version_id: str
    mark: str
    size: int
    modified: str
    archived: bool = False

    def origin(self, place: str) -> str:
        """Return a name for this content of this file at its place, without anything of its name in it."""
        return digest(place, self.key, self.version_id, self.mark)[:32]


class Source(Protocol):
    """Where files come from."""

    @property
    def place(self) -> str:
        """The bucket or folder."""

    def files(self) -> Iterator[FoundFile]:
        """Yield the files there are."""

    def read(self, file: FoundFile) -> bytes:
        """Return a file's content."""

    def head(self, file: FoundFile) -> Head:
        """Return how a file begins."""


@dataclass(frozen=True)
class Choice:
    """Which files are backfilled.

    Attributes:
        include, exclude: patterns (`*`, `?`, `[...]`; `*` takes slashes too) held against paths; none includes all.
        since, until: bounds of the time a file was written, as events write it; `until` itself is outside.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def skipped(self, source: Source, file: FoundFile) -> str:
        """Return why a file is left out, or "" if it is not; what its name does not say its first bytes do."""
        wanted = not self.include or any(fnmatch(file.path, pattern) for pattern in self.include)
        if not wanted or any(fnmatch(file.path, pattern) for pattern in self.exclude):
            return "not chosen"
        if (self.since and file.modified < self.since) or (self.until and file.modified >= self.until):
            return "outside the time"
        if names_another(file.path):
            return "no format of notes"
        if file.archived:
            return "archived"
        if file.size > MAX_COPY_BYTES:
            return "too large"
        is_read = is_named(file.path) or form_by_head(file.path, source.head(file))
        return "" if is_read else "no format of notes"


@dataclass(frozen=True)
class S3Source:
    """The objects under a prefix: the current ones, or every version.

    Attributes:
        versions: whether version ids are asked for; it takes the right to list them.
        older: whether versions that are not current any more are files too.
    """

    client: Any
    place: str
    prefix: str
    versions: bool
    older: bool = False

    def files(self) -> Iterator[FoundFile]:
        """Yield the objects; those whose key ends with a slash stand for folders and are none."""
        listing = "list_object_versions" if self.versions else "list_objects_v2"
        for page in self.client.get_paginator(listing).paginate(Bucket=self.place, Prefix=self.prefix):
            for item in page.get("Versions" if self.versions else "Contents", []):
                if not item["Key"].endswith("/") and (self.older or item.get("IsLatest", True)):
                    yield self._file(item)

    def _file(self, item: dict[str, Any]) -> FoundFile:
        folder = self.prefix if self.prefix.endswith("/") or not self.prefix else self.prefix.rpartition("/")[0] + "/"
        return FoundFile(
            path=item["Key"].removeprefix(folder.lstrip("/")),
            key=item["Key"],
            version_id=item.get("VersionId", ""),
            mark=item["ETag"].strip('"'),
            size=item["Size"],
            modified=event_time(item["LastModified"]),
            archived=item.get("StorageClass") in _ARCHIVED,
        )

    def read(self, file: FoundFile) -> bytes:
        """Return an object's bytes."""
        version = {"VersionId": file.version_id} if file.version_id else {}
        body: bytes = self.client.get_object(Bucket=self.place, Key=file.key, **version)["Body"].read()
        return body

    def head(self, file: FoundFile) -> Head:
        """Return how an object begins."""
        request = {"VersionId": file.version_id} if file.version_id else {}
        if file.size:  # of an empty one no stretch can be had
            request["Range"] = f"bytes=0-{HEAD_BYTES - 1}"
        answer = self.client.get_object(Bucket=self.place, Key=file.key, **request)
        return Head(answer["Body"].read(), answer.get("ContentType", ""))


@dataclass(frozen=True)
class FolderSource:
    """The files of a folder and its sub-folders."""

    place: str

    def files(self) -> Iterator[FoundFile]:
        """Yield the files; hidden ones are none."""
        root = Path(self.place)
        for path in root.rglob("*"):
            inside = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                state = path.stat()
                written = event_time(datetime.fromtimestamp(state.st_mtime, UTC))
                mark = f"{state.st_size}-{state.st_mtime_ns}"
                yield FoundFile(inside.as_posix(), str(path), "", mark, state.st_size, written)

    def read(self, file: FoundFile) -> bytes:
        """Return a file's bytes."""
        return Path(file.key).read_bytes()

    def head(self, file: FoundFile) -> Head:
        """Return how a file begins."""
        with Path(file.key).open("rb") as body:
            return Head(body.read(HEAD_BYTES))
