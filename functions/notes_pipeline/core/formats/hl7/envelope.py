"""A file → its messages: one after another, in batches (FHS, BHS, BTS, FTS), or in the frames of a wire (MLLP).

https://www.hl7.eu/HL7v2x/v251/std251/ch02.html, 2.10.3 (batches); the frames: HL7 v2 Transport Specification, MLLP.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain, pairwise

from notes_pipeline.core.formats.charsets import decode
from notes_pipeline.core.formats.streams import LONGEST_LINE
from notes_pipeline.errors import FileError, RecordError

_MARK = codecs.BOM_UTF8
# A line that begins with one of these, whatever parts the lines; a frame begins with 0x0b and ends with 0x1c.
_HEADER = re.compile(
    rb"(?:\A|[\r\n\x0b\x1c])[ \t]*+(?:\xef\xbb\xbf)?"
    rb"(?P<id>(?:MSH|FHS|BHS)(?=[^\w\s]|\Z)|(?:BTS|FTS)(?=[^\w\s]|[\r\n\x0b\x1c]|\Z))"
)
_FRAME, _FRAME_END = b"\x0b", b"\x1c"
_LEAD = 8  # bytes between a frame's begin and its MSH: a mark, some blanks
_BLANK = b" \t\r\n\x0b\x1c"
_STRAY = re.compile(rb"[\r\n\x0b\x1c][ \t]*+(?:PID|PV1|OBR|OBX|ORC|EVN|TXA|NTE)[^\w\s]")
_LONGEST_MESSAGE = LONGEST_LINE


def read_envelope(body: bytes) -> Iterator[bytes | RecordError]:
    """Yield the messages of a file (ASCII or a charset that holds it), and what is wrong with their envelope.

    Raises:
        InputError: no message begins in it, or it is marked as UTF-16 and is not.
    """
    body = _as_bytes(body)
    headers = _headers(body)
    first = next(headers, None)
    if not first:
        raise FileError("BrokenMessage", "no message begins in it: a message of HL7 v2 begins with MSH")
    if body[: first[1]].removeprefix(_MARK).strip(_BLANK):
        yield _outside()
    yield from _Batches().parts(body, chain([first], headers))


def _headers(body: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield each header and trailer: its name, and where it and what belongs to it begin and end."""
    for match, following in pairwise(chain(_HEADER.finditer(body), [None])):
        if match:
            yield match["id"].decode("ascii"), match.start("id"), following.start() if following else len(body)


def _as_bytes(body: bytes) -> bytes:
    """Return a file as one in which a message can be looked for: UTF-16 and UTF-32 show by their marks and zeros."""
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    if wide or (b"\0" in body[:2] and len(body) > 1):
        return _MARK + decode(body).encode()
    return body


def _has_no_end(body: bytes, start: int, end: int) -> bool:
    """Say whether a message's frame began and the file, or the next frame, comes before its end.

    One that a message without a frame follows is whole: what stands before it is a mark of the file's.
    """
    begins = body[max(start - _LEAD, 0) : start].removesuffix(_MARK).rstrip(b" \t").endswith(_FRAME)
    is_last = end == len(body) or body.startswith(_FRAME, end)
    return begins and is_last and body.find(_FRAME_END, start, end) < 0


class _Batches:
    """What the trailers count, and what was there."""

    def __init__(self) -> None:
        self._open: dict[str, bool] = {"BHS": False, "FHS": False}
        self._messages = self._in_batch = self._batches = 0

    def parts(self, body: bytes, headers: Iterator[tuple[str, int, int]]) -> Iterator[bytes | RecordError]:
        marked = body.startswith(_MARK)
        for name, start, end in headers:
            if name != "MSH":
                yield from self._envelope(name, body[start:end])
                continue
            self._messages += 1
            self._in_batch += 1
            if end - start > _LONGEST_MESSAGE:
                limit = f"{_LONGEST_MESSAGE:,}"
                yield RecordError("LineTooLong", f"the message has over {limit} bytes: send it without its attachments")
            elif _has_no_end(body, start, end):
                yield RecordError("BrokenMessage", "its frame has no end (0x1c): send it again")
            else:
                yield (_MARK if marked else b"") + body[start:end]
        if any(self._open.values()):
            yield _cut_off()

    def _envelope(self, name: str, segment: bytes) -> Iterator[RecordError]:
        if _STRAY.search(segment):
            yield _outside()
        if name in self._open:
            if self._open[name]:
                yield _cut_off()
            self._start(name)
        elif name == "BTS":
            yield from _missing(segment, (self._in_batch,), "messages of a batch")
            self._open["BHS"] = False
            self._batches += 1
            self._in_batch = 0
        else:
            if self._open["BHS"]:
                yield _cut_off()
            # Some senders count messages here; HL7 says batches.
            yield from _missing(segment, (self._batches, self._messages), "batches")
            self._open = {"BHS": False, "FHS": False}
            self._messages = self._in_batch = self._batches = 0

    def _start(self, name: str) -> None:
        self._open[name] = True
        self._in_batch = 0
        if name == "FHS":
            self._open["BHS"] = False
            self._messages = self._batches = 0


def _missing(trailer: bytes, there: tuple[int, ...], what: str) -> Iterator[RecordError]:
    """Yield that a trailer counts otherwise than there are; one that counts nothing says nothing."""
    fields = re.split(rb"[\r\n\x1c]", trailer)[0].split(trailer[3:4] or b"|")
    counted = fields[1].strip() if len(fields) > 1 else b""
    if counted.isdigit() and len(counted) < 10 and int(counted) not in there:
        yield RecordError(
            "MissingMessages", f"the file counts {int(counted):,} {what}, and {there[0]:,} are there: send it whole"
        )


def _cut_off() -> RecordError:
    return RecordError("MissingMessages", "a batch has no end (BTS, FTS): if the file was cut off, send it whole")


def _outside() -> RecordError:
    return RecordError("BrokenMessage", "segments stand outside of any message: each message begins with MSH")
