"""Data in base64, and whether they are whole."""

from __future__ import annotations

import base64
import binascii
import hashlib

from notes_pipeline.core.formats.fhir.values import Element, text_of
from notes_pipeline.errors import RecordError

_SHA1_BYTES = 20


def decoded(data: str) -> bytes:
    """Return the bytes of base64 (RFC 4648): white space is left out, and the alphabet of addresses is as good.

    Raises:
        RecordError: it is not base64, or its end is missing.
    """
    compact = "".join(data.split())
    if "-" in compact or "_" in compact:
        # In this alphabet, the filling at the end is usually left out.
        compact = compact.replace("-", "+").replace("_", "/").rstrip("=")
        compact += "=" * (-len(compact) % 4)
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        raise RecordError(
            "BrokenAttachment", "its attachment is not base64, or not all of it: export it again, encoded once"
        ) from None


def check_whole(attachment: Element, body: bytes, data: str) -> None:
    """Refuse an attachment of which a part is missing, by what is said of its size and its SHA-1.

    Args:
        data: its base64, "" if it is not in the resource so.

    Raises:
        RecordError: a part is missing, or all of it is another.
    """
    told = _sha1(text_of(attachment, "hash"))
    if told:
        # Some hash what they have encoded.
        if told in (_digest(body), _digest(data.encode("utf-8", "replace"))):
            return
        raise _not_whole("hash")
    size = text_of(attachment, "size")
    if not (size.isascii() and size.isdigit() and len(size) <= 12) or int(size) <= len(body):
        return
    # Some count what they have encoded, or line ends as two characters.
    if int(size) not in (len(data), len("".join(data.split())), len(body) + body.count(b"\n")):
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
