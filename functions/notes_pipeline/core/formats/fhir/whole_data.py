"""Whether an attachment is whole, by what its resource says of it."""

from __future__ import annotations

import base64
import binascii
import hashlib

from notes_pipeline.core.formats.fhir.values import Element, text_of
from notes_pipeline.errors import RecordError

_SHA1_BYTES = 20


def check_whole(attachment: Element, bodies: tuple[bytes, bytes, bytes]) -> None:
    """Refuse an attachment of which a part is missing, by what is said of its size and its SHA-1.

    Args:
        bodies: its bytes, compressed if they were, and in base64; exporters differ in which they mean.

    Raises:
        RecordError: a part is missing, or all of it is another.
    """
    told = _sha1(text_of(attachment, "hash"))
    if told:
        if told in map(_digest, bodies):
            return
        raise _not_whole("hash")
    plain, packed, encoded = bodies
    size = text_of(attachment, "size")
    if not (size.isascii() and size.isdigit() and len(size) <= 12) or int(size) <= len(plain):
        return
    # Line ends may count as two characters.
    counts = (len(packed), len(encoded), len(b"".join(encoded.split())), len(plain) + plain.count(b"\n"))
    if int(size) not in counts:
        raise _not_whole("size")


def _sha1(text: str) -> bytes:
    """Return the SHA-1 that a text gives, b"" if it is another hash or none."""
    try:
        found = bytes.fromhex(text) if len(text) == 2 * _SHA1_BYTES else base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if len(found) == _SHA1_BYTES else b""


def _digest(body: bytes) -> bytes:
    return hashlib.sha1(body, usedforsecurity=False).digest()


def _not_whole(what: str) -> RecordError:
    return RecordError("BrokenAttachment", f"its attachment is not what its {what} says: export it again, whole")
