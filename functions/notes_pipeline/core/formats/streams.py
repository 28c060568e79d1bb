"""Bytes that come in pieces: unpacked, and read as lines, without ever holding more than a few of either."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import IO, cast

from notes_pipeline.core.formats.detect import is_gzip
from notes_pipeline.errors import FileError

BLOCK_BYTES = 262_144
# Longer than any line can be whose note is within the limit: JSON may write six bytes for one of a note.
LONGEST_LINE = 32_000_000


class _Pieces(io.RawIOBase):
    """A file that reads from pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        self._rest = self._rest or next((piece for piece in self._pieces if piece), b"")
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a gzip file's content in blocks.

    Raises:
        FileError: it is no whole gzip file.
    """
    try:
        with gzip.open(cast("IO[bytes]", io.BufferedReader(_Pieces(pieces)))) as file:
            while block := file.read(BLOCK_BYTES):
                yield block
    except (OSError, EOFError, zlib.error):
        raise FileError("BrokenGzip", "it is not a whole gzip file: compress and send it again") from None


def unpacked_whole(body: bytes, most: int) -> bytes | None:
    """Return a gzip file's content, None if it has over so many bytes.

    Raises:
        FileError: it is no whole gzip file, as far as that is known.
    """
    held = io.BytesIO()
    for block in unpacked([body]):
        held.write(block)
        if held.tell() > most:
            return None
    return held.getvalue()


def unpacked_if_packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a file's content in blocks, whether it is gzipped or not.

    Raises:
        FileError: it is gzipped, and no whole gzip file.
    """
    pieces = iter(pieces)
    head = next(pieces, b"")
    blocks = chain([head], pieces)
    return unpacked(blocks) if is_gzip(head) else blocks


def not_text() -> FileError:
    """Return the error of a file that is not UTF-8."""
    return FileError("NotText", "it is not UTF-8 text: export it as UTF-8")


def as_utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces as they are, for as long as they are UTF-8.

    Raises:
        FileError: they are not.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
            yield piece
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise not_text() from None


def read_lines(pieces: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes | None]:
    """Yield the lines without their ends; None stands for one that is too long to be held."""
    rest, is_long = b"", False
    for piece in pieces:
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield None if is_long or len(line) > longest else line
            is_long = False
        if len(rest) > longest:
            rest, is_long = b"", True
    if rest or is_long:
        yield None if is_long else rest


def short_lines(blocks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Yield the blocks; of a line that is too long to be held only so much that it is still seen to be."""
    held = 0  # of the line that goes on
    for block in blocks:
        if held + len(block) <= longest:
            held = held + len(block) if b"\n" not in block else len(block) - block.rfind(b"\n") - 1
            yield block
            continue
        *ended, last = block.split(b"\n")
        short = []
        for line in ended:
            short.append(line[: max(0, longest + 1 - held)])
            held = 0
        short.append(last[: max(0, longest + 1 - held)])
        held += len(last)
        yield b"\n".join(short)


def unpacks_to_more(body: bytes, most: int) -> bool:
    """Say whether a gzip file's content has over so many bytes.

    Raises:
        FileError: it is no whole gzip file, as far as that is known.
    """
    return any(size > most for size in accumulate(len(block) for block in unpacked([body])))


@dataclass(frozen=True)
class LinePart:
    """A stretch of a file of lines.

    Attributes:
        start, end: in bytes; `end` is behind the last line's end.
        first: number of its first line in the file, from 1.
    """

    start: int
    end: int
    first: int


def divide_lines(blocks: Iterable[bytes], most_bytes: int, most_lines: int) -> Iterator[LinePart]:
    """Divide a file at ends of lines, in one pass; the same blocks are always divided alike.

    A part has at most about so many bytes and lines: a block more, or the line that is longer.
    """
    start, at, first, line = 0, 0, 1, 1
    for block in blocks:
        cut, lines = block.rfind(b"\n") + 1, block.count(b"\n")
        if cut and (at + cut - start >= most_bytes or line + lines - first >= most_lines):
            yield LinePart(start, at + cut, first)
            start, first = at + cut, line + lines
        at += len(block)
        line += lines
    if at > start:
        yield LinePart(start, at, first)
