"""Writing the archive so that equal contents give equal bytes: nothing of when, where or by whom it was packed.

Members are sorted and have mode 0644, no owner and no time; gzip's header has neither name nor time. What remains is
the version of zlib, which may compress otherwise in another release.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from note_summarizer.packaging.members import Member

# Weights hardly compress at any level; at the lowest one they at least do not take minutes.
_LEVEL = 1
_MODE = 0o644


def write_archive(members: Iterable[Member], path: Path) -> str:
    """Write a gzipped tar file, streaming; return its hex SHA-256."""
    with path.open("wb") as file:
        hashing = _Hashing(file)
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=hashing, compresslevel=_LEVEL, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for member in sorted(members, key=lambda member: member.name):
                _add(archive, member)
    return hashing.hexdigest()


def _add(archive: tarfile.TarFile, member: Member) -> None:
    info = tarfile.TarInfo(member.name)
    info.mode = _MODE
    if isinstance(member.content, bytes):
        info.size = len(member.content)
        archive.addfile(info, io.BytesIO(member.content))
        return
    info.size = member.content.stat().st_size
    with member.content.open("rb") as content:
        archive.addfile(info, content)


class _Hashing(io.RawIOBase):
    """A file that is hashed while it is written; it cannot be sought in, so that the hash is the file's."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._hash.update(view)
        return self._file.write(view)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()
