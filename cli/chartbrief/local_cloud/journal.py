"""A file of records that are added to and never changed: what the local cloud's state is rebuilt from after any end.

A record is written by one call and checked by its length and two checksums when it is read. What a killed process left
half written is at the end, and is cut off. Bodies (objects' contents) lie in the file behind the record that brought
them, and are read from there.

    head    "chartbrief-cloud 1\\n"
    record  lengths of text and bodies, checksum of both, checksum of these three | text, JSON | bodies
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_MAGIC = b"chartbrief-cloud "
FORMAT = 1
_LENGTHS, _CHECK = struct.Struct("<IQI"), struct.Struct("<I")
_HEADER = _LENGTHS.size + _CHECK.size
_OWNER_ONLY = 0o600


class StateError(RuntimeError):
    """The state cannot be used; the message says why and what to do."""


class StateInUseError(StateError):
    """Another process has the state."""


class Place(NamedTuple):
    """Where in the file a body lies."""

    offset: int
    length: int


class Journal:
    """An open journal; one process at a time holds it."""

    def __init__(self, path: Path) -> None:
        """Open a journal, and make it if it is not there.

        Raises:
            StateError: another process holds it, or it has another format.
        """
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _OWNER_ONLY)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise StateInUseError(f"{path} is in use by another run") from None
        self.end = os.fstat(self._fd).st_size
        self._read_head()

    def _read_head(self) -> None:
        head = _MAGIC + str(FORMAT).encode() + b"\n"
        found = os.pread(self._fd, len(head), 0)
        if head.startswith(found) and found != head:  # new, or killed as it was made
            os.ftruncate(self._fd, 0)
            os.write(self._fd, head)
        elif found != head:
            os.close(self._fd)
            raise StateError(f"{self.path} was written by another version of chartbrief: use that one, or move it away")
        self._first = len(head)
        self.end = max(self.end, self._first)

    @property
    def is_empty(self) -> bool:
        """Say whether there is no record."""
        return self.end == self._first

    def close(self) -> None:
        """Let go of the file; bodies cannot be read any more."""
        os.close(self._fd)

    def append(self, effects: Sequence[Any], bodies: Sequence[bytes] = ()) -> int:
        """Write one record; return where its bodies begin.

        Raises:
            OSError: it could not be written whole. What was written of it is cut off when it is read again.
        """
        text, body = json.dumps(effects, separators=(",", ":"), default=_bytes_out).encode(), b"".join(bodies)
        lengths = _LENGTHS.pack(len(text), len(body), zlib.crc32(body, zlib.crc32(text)))
        record = memoryview(lengths + _CHECK.pack(zlib.crc32(lengths)) + text + body)
        begin = self.end + _HEADER + len(text)
        self.end += len(record)
        while record:
            record = record[os.write(self._fd, record) :]
        return begin

    def read(self, place: Place) -> bytes:
        """Return a body."""
        return os.pread(self._fd, place.length, place.offset)

    def sync(self) -> None:
        """Have the disk hold what was written."""
        os.fsync(self._fd)

    def records(self) -> Iterator[tuple[list[Any], int]]:
        """Yield every record's effects, and where its bodies begin; cut off what is incomplete at the end.

        Raises:
            StateError: it is damaged in the middle.
        """
        at = self._first
        while at < self.end:
            found = self._record(at)
            if found is None:
                self._cut(at)
                return
            effects, bodies_at, at = found
            yield effects, bodies_at

    def _record(self, at: int) -> tuple[list[Any], int, int] | None:
        header = os.pread(self._fd, _HEADER, at)
        if len(header) < _HEADER:
            return None
        lengths = header[: _LENGTHS.size]
        if _CHECK.unpack(header[_LENGTHS.size :])[0] != zlib.crc32(lengths):
            self._refuse_damage(at)
            return None
        text_length, body_length, check = _LENGTHS.unpack(lengths)
        end = at + _HEADER + text_length + body_length
        if end > self.end:
            return None
        content = os.pread(self._fd, text_length + body_length, at + _HEADER)
        if zlib.crc32(content) != check:
            if end < self.end:
                self._refuse_damage(at)
            return None
        effects = json.loads(content[:text_length], object_hook=_bytes_in)
        return effects, at + _HEADER + text_length, end

    def _refuse_damage(self, at: int) -> None:
        """Tell damage from blocks that a machine which lost its power had not written yet: those are empty."""
        if any(os.pread(self._fd, self.end - at, at)):
            raise StateError(f"{self.path} is damaged at byte {at}: move it away to begin without it")

    def _cut(self, at: int) -> None:
        os.ftruncate(self._fd, at)
        self.end = at

    def replace(self, path: Path) -> None:
        """Take the place of another journal, whole or not at all."""
        self.sync()
        self.path.replace(path)
        self.path = path


def _bytes_out(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"\0bytes": base64.b64encode(value).decode()}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _bytes_in(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["\0bytes"]) if "\0bytes" in value else value
