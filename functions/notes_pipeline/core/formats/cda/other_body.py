"""A body that is no XML (`nonXMLBody`): a text of any kind, in base64 or as it is, or the name of another file."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace

from notes_pipeline.core.formats.base64_data import decoded
from notes_pipeline.core.formats.detect import Form
from notes_pipeline.core.formats.payload import Payload
from notes_pipeline.core.formats.reading import Hints
from notes_pipeline.core.formats.registry import read_embedded
from notes_pipeline.errors import RecordError

# CompressionAlgorithm of HL7 v3; the numbers are zlib's for the header that each has.
_COMPRESSIONS = {"DF": -15, "ZL": 15, "GZ": 31}
# A text of a note is 1 MB; what is more is pictures in RTF.
_MOST_BYTES = 50_000_000


class OtherBody:
    """The body, as far as it is read; `attributes` are those of its text."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._attributes = attributes
        self._parts: list[str] = []
        self._is_elsewhere = False

    def refer(self, attributes: Mapping[str, str]) -> None:
        """Take a reference to where the body is."""
        self._is_elsewhere = self._is_elsewhere or bool(attributes.get("value"))

    def add(self, text: str) -> None:
        """Take some of what is in it."""
        self._parts.append(text)

    def read(self, hints: Hints) -> str:
        """Return its text.

        Raises:
            InputError: there is none, or it is of a format that is not read.
        """
        held = "".join(self._parts)
        if not held.strip():
            raise self._empty()
        body = self._bytes(held)
        media_type = self._attributes.get("mediaType", "text/plain").strip() or "text/plain"
        payload = Payload(body, media_type, "")
        if payload.form is Form.CDA:
            raise RecordError("UnreadableAttachment", "its body is another CDA document: send that one")
        return read_embedded(payload.form, body, replace(hints, path="", media_type=media_type)).text

    def _bytes(self, held: str) -> bytes:
        compression = self._attributes.get("compression", "").strip().upper()
        if self._attributes.get("representation", "TXT").strip().upper() != "B64" and not compression:
            return self._plain(held)
        return _unpacked(decoded(held), compression) if compression else decoded(held)

    def _plain(self, held: str) -> bytes:
        """Return text as it is; what cannot be text is base64 that does not say so."""
        is_text = self._attributes.get("mediaType", "text/plain").strip().lower().startswith("text/")
        if is_text and "rtf" not in self._attributes.get("mediaType", "").lower():
            return held.encode()
        try:
            return decoded(held)
        except RecordError:
            return held.encode()

    def _empty(self) -> RecordError:
        if self._is_elsewhere:
            return RecordError(
                "AttachmentElsewhere", "its body is in another file, which is only named: put it in, or send its text"
            )
        return RecordError("EmptyNote", "its body is empty: send its text, or leave the document out")


def _unpacked(packed: bytes, compression: str) -> bytes:
    """Return what is compressed.

    Raises:
        RecordError: it is otherwise than is read here, broken, or too much.
    """
    if compression not in _COMPRESSIONS:
        raise RecordError("UnreadableAttachment", "its body is compressed in a way that is not read: send it as it is")
    unpacker = zlib.decompressobj(wbits=_COMPRESSIONS[compression])
    try:
        body = unpacker.decompress(packed, _MOST_BYTES)
    except zlib.error:
        raise RecordError("BrokenAttachment", "its body cannot be decompressed: export it again") from None
    if unpacker.unconsumed_tail:
        raise RecordError("NoteTooLong", f"its body has over {_MOST_BYTES:,} bytes, decompressed: send its text")
    if not unpacker.eof:
        raise RecordError("BrokenAttachment", "a part of its compressed body is missing: export it again")
    return body
