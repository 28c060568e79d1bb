"""Messages of HL7 v2: each is one piece, with all of its reports; one that is taken out is answered by an empty one."""

from __future__ import annotations

from collections.abc import Iterator

from chartbrief.operate.forgetting.pieces.piece import UNREADABLE, Piece, Said
from notes_pipeline.core.formats.hl7.envelope import read_envelope
from notes_pipeline.core.formats.hl7.groups import Group
from notes_pipeline.core.formats.hl7.identities import patient_of
from notes_pipeline.core.formats.hl7.messages import read_message
from notes_pipeline.core.formats.hl7.segments import Segment, read_segments
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.errors import InputError, RecordError

# As a file's bytes: a message says itself in which character set it is, and its parts are found without it.
ENCODING = "latin-1"
# What ends segments, and the frames of a wire.
_BLANK = b" \t\r\n\x0b\x1c"
# An acknowledgement is read as a record that tells no story; of several records a document without text for each is.
_HEADER = "MSH|^~\\&|||||||"


def pieces(text: str, hints: Hints) -> Iterator[Piece]:
    """Yield the messages, and what stands between them.

    Raises:
        ValueError: no message begins in it, or it is in no charset that holds ASCII.
    """
    body, at, number = text.encode(ENCODING), 0, 0
    for part in _parts(body):
        if isinstance(part, RecordError):
            number += 1
            yield Piece("", (number,))
            continue
        start = body.index(part, at)
        end = start + len(part.rstrip(_BLANK))
        yield Piece(body[at:start].decode(ENCODING))
        records = sum(1 for _ in read_message(part, hints))
        numbers = tuple(range(number + 1, number + records + 1))
        message = body[start:end].decode(ENCODING)
        yield Piece(message, numbers, _blank(records, "\n" if b"\r" not in part else "\r"), _said(message))
        at, number = end, number + records
    yield Piece(body[at:].decode(ENCODING))


def _parts(body: bytes) -> Iterator[bytes | RecordError]:
    try:
        yield from read_envelope(body)
    except InputError:
        raise ValueError("no message begins in it") from None


def _said(message: str) -> Said:
    """Return whose a message is: each patient in it (PID), and those whose numbers went over to them (MRG-1)."""
    try:
        segments = read_segments(message, ENCODING)
    except RecordError:
        return UNREADABLE
    found = {patient_of(Group(segments[0], {"PID": each})) for each in segments if each.name == "PID"}
    found |= {number for each in segments if each.name == "MRG" for number in _numbers(each)}
    return Said(frozenset(each for each in found if each))


def _numbers(segment: Segment) -> Iterator[str]:
    yield from (segment.component(field, 1) for field in segment.repetitions(1))


def _blank(records: int, end: str) -> str:
    if records == 1:
        return f"{_HEADER}ACK"
    empty = "".join(f"{end}TXA|{number}{end}OBX|1|TX" for number in range(1, records + 1))
    return f"{_HEADER}MDM^T02{empty}"
