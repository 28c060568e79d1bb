"""Encapsulated data that is a MIME message (type `multipart`), as documents of CDA travel in HL7 v2 → its document."""

from __future__ import annotations

from email import message_from_string
from email.message import Message

from notes_pipeline.core.formats.detect import MEDIA_TYPES, Form
from notes_pipeline.errors import RecordError

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
    if not found or not isinstance(body, bytes):
        raise RecordError("BrokenAttachment", "its attachment is not the MIME message it says it is: send its text")
    return body, found.get_content_type()


def _may_be_document(part: Message) -> bool:
    kind = part.get_content_type()
    return kind in _MARKUP or MEDIA_TYPES.get(kind) in _READABLE
