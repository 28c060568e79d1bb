"""Data in base64, perhaps compressed, and whether they are whole."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io

from notes_pipeline.core.formats.detect import is_gzip
from notes_pipeline.core.formats.fhir.values import Element, text_of
from notes_pipeline.core.formats.streams import unpacked
from notes_pipeline.errors import RecordError

_SHA1_BYTES = 20
# Of a document with all its markup; what is left of it as text has a limit of its own.
MOST_BYTES = 32_000_000


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


def unpacked_body(body: bytes) -> bytes:
    """Return bytes without their gzip, which some put documents into and do not say so.

    Raises:
        InputError: they are not a whole gzip file, or of over `MOST_BYTES` unpacked.
    """
    if not is_gzip(body):
        return body
    held = io.BytesIO()
    for block in unpacked([body]):
        held.write(block)
        if held.tell() > MOST_BYTES:
            raise RecordError("NoteTooLong", f"its attachment has over {MOST_BYTES:,} bytes, unpacked: split it")
    return held.getvalue()


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
