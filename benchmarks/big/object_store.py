"""A stand-in for S3 on this machine's disk: objects as files, read in ranges, listed by prefix; versions are one."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

_LISTED = 1_000
Answer = tuple[int, dict[str, str], Any]


class Raw(io.RawIOBase):
    """A stretch of a file, as a connection would give it."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        self._file, self._left = path.open("rb"), size
        self._file.seek(start)

    def read(self, amount: int | None = -1) -> bytes:
        """Return at most so many bytes."""
        count = self._left if amount is None or amount < 0 else min(amount, self._left)
        found = self._file.read(count) if count else b""
        self._left -= len(found)
        if not self._left:
            self._file.close()
        return found

    def stream(self, amount: int = 65_536, **_: object) -> Iterator[bytes]:
        """Yield what is left."""
        while found := self.read(amount):
            yield found


class ObjectStore:
    """Answers the requests that the functions make of buckets; keys are file names, so that a prefix is listed fast."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "objects"

    def path(self, bucket: str, key: str) -> Path:
        """Return where an object lies."""
        return self._folder / bucket / key

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: Any) -> Answer:
        """Return status, headers and raw body of the answer to a request."""
        parts = urlsplit(url)
        host, path_ = parts.hostname or "", unquote(parts.path).lstrip("/")
        # `bucket.s3.amazonaws.com/key`, or `s3.amazonaws.com/bucket/key`.
        bucket, _, key = path_.partition("/") if host.startswith("s3.") else (host.partition(".")[0], "", path_)
        if not key:
            return 200, {}, in_memory(self._list(bucket, parse_qs(parts.query)))
        path = self.path(bucket, key)
        if method == "PUT":
            content = body.read() if hasattr(body, "read") else body
            self._put(path, _joined(content) if "aws-chunked" in headers.get("Content-Encoding", "") else content)
            return 200, {"ETag": '"0"'}, in_memory(b"")
        if not path.is_file():
            return 404, {}, in_memory(b"" if method == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>")
        size = path.stat().st_size
        if method == "HEAD":
            return 200, {"Content-Length": str(size), "ETag": '"0"'}, in_memory(b"")
        wanted = re.match(r"bytes=(\d+)-(\d*)", headers.get("Range", ""))
        start = int(wanted[1]) if wanted else 0
        end = int(wanted[2]) + 1 if wanted and wanted[2] else size
        length = {"Content-Length": str(min(end, size) - start)}
        return (206 if wanted else 200), length, Raw(path, start, min(end, size) - start)

    def _put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{os.getpid()}-{path.name}")
        aside.write_bytes(content)
        aside.replace(path)

    def _list(self, bucket: str, query: Mapping[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        keys = [key for key in self.keys(bucket, prefix) if key > after]
        some = keys[:_LISTED]
        rows = "".join(f"<Contents><Key>{escape(quote(key))}</Key><Size>0</Size></Contents>" for key in some)
        more = f"<NextContinuationToken>{escape(some[-1])}</NextContinuationToken>" if len(keys) > _LISTED else ""
        truncated = str(bool(more)).lower()
        return (
            f"<ListBucketResult><IsTruncated>{truncated}</IsTruncated><EncodingType>url</EncodingType>{rows}{more}"
            "</ListBucketResult>"
        ).encode()

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """Return the keys under a prefix, sorted."""
        root = self._folder / bucket
        start = root / prefix.rpartition("/")[0]
        found = (Path(folder) / name for folder, _, names in os.walk(start) for name in names if name[0] != ".")
        return sorted(key for path in found if (key := str(path.relative_to(root))).startswith(prefix))


def _joined(content: bytes) -> bytes:
    """Return what was sent in chunks, each behind its length, with a checksum at the end."""
    parts, at = list[bytes](), 0
    while size := int(content[at : (end := content.index(b"\r\n", at))], 16):
        parts.append(content[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(parts)


class _Memory(io.BytesIO):
    """A body that is in memory, as a connection would give it."""

    def stream(self, amount: int = 65_536, **_: object) -> Iterator[bytes]:
        """Yield what is left."""
        while found := self.read(amount):
            yield found


def in_memory(body: bytes) -> _Memory:
    """Return the raw body of an answer."""
    return _Memory(body)
