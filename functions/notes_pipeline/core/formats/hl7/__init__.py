"""HL7 v2 messages, one or many in a file: reports of observations (ORU and kin), documents (MDM and kin); all others
are ignored, by their type.

A record is a message, or in a message with narrative each of its reports (OBR, TXA); of messages that a batch counts
and that are not there, one. The syntax is read here and by no library: python-hl7 0.4.5 writes fields of a message to
the log, drops text behind a lone escape character, takes a number of a file's as how often to repeat a character, and
needs seconds and hundreds of megabytes for a message of a hundred thousand segments.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from notes_pipeline.core.formats.hl7.envelope import read_envelope
from notes_pipeline.core.formats.hl7.messages import Found, read_message
from notes_pipeline.core.formats.reading import Hints, Ignored, Item
from notes_pipeline.errors import RecordError
from notes_pipeline.models import ParsedNote


def parse(body: bytes, hints: Hints) -> Iterator[Item]:
    """Yield the reports and documents of all messages, in their order.

    Raises:
        InputError: no message begins in it, or it is not text.
    """
    found = chain.from_iterable(_found(part, hints) for part in read_envelope(body))
    for record, one in enumerate(found, start=1):
        yield _item(record, one)


def _found(part: bytes | RecordError, hints: Hints) -> Iterator[Found]:
    if isinstance(part, RecordError):
        yield part
    else:
        yield from read_message(part, hints)


def _item(record: int, found: Found) -> Item:
    if isinstance(found, ParsedNote):
        return found.model_copy(update={"record": record})
    return Ignored(record=record, kind=found) if isinstance(found, str) else (record, found)
