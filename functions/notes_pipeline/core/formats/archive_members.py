"""A zip archive's directory and the bytes of its members, within limits that do not trust what its headers say.

Nothing is written to a file system: a member's name is part of a note's id, and never a path.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, pairwise

from notes_pipeline.core.formats.detect import is_gzip
from notes_pipeline.core.formats.streams import BLOCK_BYTES, unpacked
from notes_pipeline.errors import FileError, RecordError

# An entry of the directory is held as some 500 bytes. The zip format without its 64-bit extension ends at 65,535.
MAX_MEMBERS = 100_000
# Deflate makes 1,032 bytes of one at most; notes, which repeat themselves, come to 5 to 50. Only what is large is held
# against it: a short page of blanks harms nobody.
MAX_RATIO, RATIO_FROM_BYTES = 500, 10_000_000
# As long as a key in S3 may be.
MAX_NAME_CHARACTERS = 1024
_ENTRY = b"PK\x01\x02"
_LOCAL_HEADER_BYTES, _LENGTHS = 30, struct.Struct("<HH")  # of the name and the extra field, behind 26 bytes
_ENCRYPTED, _STRONGLY_ENCRYPTED = 0x1, 0x40
# Others are rare, and of some a header says how much memory to set aside: 4 GB, if it likes.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# What zipfile raises for archives that are none or were damaged.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, OverflowError, ValueError, struct.error)


@dataclass(frozen=True)
class Member:
    """A member of an archive.

    Attributes:
        place: in the archive's directory, from 1.
        path: its name, with "/" between folders.
    """

    place: int
    path: str
    info: zipfile.ZipInfo

    @property
    def is_link(self) -> bool:
        """Say whether it is a symbolic link: what it holds is a path."""
        return self.info.create_system == 3 and stat.S_ISLNK(self.info.external_attr >> 16)


class Archive:
    """An archive in memory.

    Raises:
        FileError: it is no whole archive, has too many members, or was made so that members share their bytes.
    """

    def __init__(self, body: bytes) -> None:
        # Counted before the directory is read: it can name two million members in 100 MB.
        if body.count(_ENTRY) > MAX_MEMBERS:
            raise FileError("TooManyMembers", f"it has over {MAX_MEMBERS:,} members: split it into several archives")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (*_BROKEN, NotImplementedError):
            raise FileError("BrokenArchive", "it is not a whole zip archive: make and send it again") from None
        infos = self._zip.infolist()
        if _overlap(body, infos):
            raise FileError("ArchiveBomb", "its members share their bytes: make it with an ordinary zip program")
        self.members = tuple(Member(place, _path(info), info) for place, info in enumerate(infos, start=1))

    @property
    def paths(self) -> list[str]:
        """The members' names."""
        return [member.path for member in self.members]

    def blocks(self, member: Member) -> Iterator[bytes]:
        """Yield a member's content, unpacked; of one that is gzipped itself, what that holds.

        Raises:
            InputError: it cannot be read, or not all of it.
        """
        packed = self._blocks(member.info)
        first = next(packed, b"")
        whole = chain([first], packed)
        is_packed_again = first and (is_gzip(first) or member.path.lower().endswith(".gz"))
        size = 0
        for block in unpacked(whole) if is_packed_again else whole:
            size += len(block)
            if size > RATIO_FROM_BYTES and size > MAX_RATIO * member.info.compress_size:
                raise RecordError(
                    "ArchiveBomb", f"it unpacks to over {MAX_RATIO} times its size: no text does, send what it holds"
                )
            yield block

    def _blocks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        _check(info)
        try:
            with self._zip.open(info) as file:
                while block := file.read(BLOCK_BYTES):
                    yield block
        except (*_BROKEN, NotImplementedError):
            raise RecordError("BrokenMember", "it is damaged: make the archive again") from None


def _check(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
        raise RecordError("Encrypted", "it is encrypted: send it without a password")
    if info.compress_type not in _METHODS:
        raise RecordError(
            "UnsupportedCompression", "it is compressed otherwise than by deflate: make the archive with that"
        )
    if len(info.filename) > MAX_NAME_CHARACTERS:
        raise RecordError("NameTooLong", f"its name has over {MAX_NAME_CHARACTERS:,} characters: rename it")
    if _CONTROLS.search(info.filename):
        raise RecordError("NotText", "its name holds control characters: rename it")


def _path(info: zipfile.ZipInfo) -> str:
    """Return a member's name; programs write UTF-8 without saying so, and backslashes."""
    name = info.filename
    with suppress(UnicodeError):  # then it is as zipfile read it
        name = name.encode("cp437").decode("utf-8")
    return name if "/" in name else name.replace("\\", "/")


def _overlap(body: bytes, infos: list[zipfile.ZipInfo]) -> bool:
    """Say whether members share bytes: so a small archive unpacks to any size (Fifield, "A better zip bomb", 2019)."""
    spans = sorted((info.header_offset, _end(body, info)) for info in infos)
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def _end(body: bytes, info: zipfile.ZipInfo) -> int:
    lengths = (
        body[info.header_offset + 26 : info.header_offset + _LOCAL_HEADER_BYTES] if info.header_offset >= 0 else b""
    )
    named = sum(_LENGTHS.unpack(lengths)) if len(lengths) == _LENGTHS.size else 0
    return info.header_offset + _LOCAL_HEADER_BYTES + named + info.compress_size
