"""Data in base64, perhaps compressed."""

from __future__ import annotations

import base64
import binascii

from notes_pipeline.core.formats.detect import is_gzip
from notes_pipeline.core.formats.streams import unpacked_whole
from notes_pipeline.errors import RecordError

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
    plain = unpacked_whole(body, MOST_BYTES)
    if plain is None:
        raise RecordError("NoteTooLong", f"its attachment has over {MOST_BYTES:,} bytes, unpacked: split it")
    return plain
