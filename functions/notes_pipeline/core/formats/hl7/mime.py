"""Encapsulated data that is a MIME message (type `multipart`), as documents of CDA travel in HL7 v2 → its document."""

from __future__ import annotations

import binascii
import re
from email import message_from_string
from email.message import Message

from notes_pipeline.core.formats.detect import MEDIA_TYPES, Form
from notes_pipeline.errors import RecordError

_PACKED = re.compile(r"(?:[A-Za-z0-9+/]{50,}+\s?)++={0,2}")
_READABLE = (Form.CDA, Form.TEXT, Form.HTML, Form.RTF)
_MARKUP = ("text/xml", "application/xml", "text/x-hl7-text+xml")


def document_part(data: str) -> tuple[bytes, str]:
    """Return the first part that may be a document, and its media type; the first of all, if none may.

    Raises:
        RecordError: it has no parts.
    """
    try:
        parts = [part for part in message_from_string(data).walk() if not part.is_multipart()]
    except RecursionError:  # parts in parts, thousands deep
        parts = []
    found = next((part for part in parts if _may_be_document(part)), parts[0] if parts else None)
    body = found.get_payload(decode=True) if found else None
    if found and isinstance(body, bytes) and body.strip():
        return body, found.get_content_type()
    # Some senders write it in one line, in which its parts and their headers cannot be told.
    packed = _PACKED.search(data)
    if not packed:
        raise RecordError("BrokenAttachment", "its attachment is not the MIME message it says it is: send its text")
    return _unpacked(packed[0]), ""


def _unpacked(packed: str) -> bytes:
    data = "".join(packed.split())
    return binascii.a2b_base64(data[: len(data) // 4 * 4])


def _may_be_document(part: Message) -> bool:
    kind = part.get_content_type()
    return kind in _MARKUP or MEDIA_TYPES.get(kind) in _READABLE
