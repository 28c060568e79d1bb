"""A document inside of a message: encapsulated data (ED, chapter 2A), or a field of text that is a document of another
format. The document itself is read by its own format's module.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Sequence
from dataclasses import replace

from notes_pipeline.core.formats.detect import EXTENSIONS, MEDIA_TYPES, Form, detect
from notes_pipeline.core.formats.hl7.mime import document_part
from notes_pipeline.core.formats.hl7.segments import Segment
from notes_pipeline.core.formats.hl7.values import VALUE
from notes_pipeline.core.formats.normalise import usable_text
from notes_pipeline.core.formats.reading import Document, Hints
from notes_pipeline.core.formats.registry import read_embedded
from notes_pipeline.errors import InputError, RecordError

_SUBTYPE, _ENCODING, _DATA = 3, 4, 5
_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/\s]{200,}+={0,2}\s*")
_RTF = "{\\rtf"
_MARKUP = re.compile(r"\s*<(?:!DOCTYPE\s|html\b|\?xml\b|(?:\w+:)?ClinicalDocument\b)", re.I)
_LONGEST_WORD = 50
_HEAD = 1_000
# Tables 0191 and 0291, and how senders call such types besides.
_NO_TEXT = frozenset(
    (
        "im",
        "ns",
        "si",
        "au",
        "image",
        "audio",
        "video",
        "jpeg",
        "jpg",
        "png",
        "gif",
        "tiff",
        "tif",
        "bmp",
        "pict",
        "dicom",
    )
)
_ANY_LENGTH = 10**12  # the note's own is looked at later
_MEDIA_TYPE_OF = {form: media_type for media_type, form in MEDIA_TYPES.items()}


def read_encapsulated(observation: Segment, hints: Hints) -> Document:
    """Return the document of an OBX of type ED.

    Raises:
        RecordError: there is none, it cannot be decoded, or its format is not read.
    """
    replaced = observation.delimiters.escapes.replaced
    *head, data = observation.raw(VALUE).split(observation.delimiters.component, _DATA - 1)
    # A field that ends behind what the data is has none; one without any parts may be all data.
    if not data.strip() or (0 < len(head) < _DATA - 1 and not _is_base64(data)):
        raise _empty()
    named = [observation.component(part, 1).lower() for part in head] + [""] * (_DATA - 1 - len(head))
    encoding = named.pop()
    if encoding == "base64" or (encoding != "hex" and _is_base64(data)):
        return _read(_from_base64(replaced(data)), hints, named)
    if encoding == "hex":
        return _read(_from_hex(replaced(data)), hints, named)
    if named[1] == "multipart":
        body, media_type = document_part(replaced(data).lstrip())
        return _read(body, hints, ["", *media_type.split("/", 1)])
    return read_text(data if is_rtf(data) else replaced(data), hints)


def read_text(text: str, hints: Hints) -> Document:
    """Return the document that a text is: of another format, if it begins as that does.

    Raises:
        RecordError: it is none of its own format.
    """
    text = text.strip()
    if text.startswith(_RTF):
        return _read(text.encode(), hints, [])
    if _MARKUP.match(text):
        # Marked as what it is by now, whatever charset it calls its own.
        return _read(codecs.BOM_UTF8 + text.encode(), hints, [])
    return Document(text)


def is_encapsulated(observation: Segment) -> bool:
    """Say whether a field of text holds encapsulated data all the same."""
    parts = observation.raw(VALUE)[:_HEAD].split(observation.delimiters.component, _DATA - 1)
    return len(parts) == _DATA and parts[_ENCODING - 1].strip().lower() == "base64"


def is_rtf(raw: str) -> bool:
    """Say whether a field of text, as it stands in the message, is RTF: its escapes are not HL7's."""
    return raw.lstrip().startswith(_RTF)


def may_be_markup(raw: str) -> bool:
    """Say whether a field of text, as it stands in the message, may be HTML, XML, or RTF that was escaped."""
    return raw.lstrip().startswith(("<", "{"))


def is_base64(raw: Sequence[str]) -> bool:
    """Say whether lines of a text are bytes in Base64: no language has such long words."""
    return min(map(len, raw[:-1]), default=_LONGEST_WORD) >= _LONGEST_WORD and _is_base64("".join(raw))


def _is_base64(data: str) -> bool:
    return len((data.split(maxsplit=1) or [""])[0]) >= _LONGEST_WORD and bool(_BASE64_TEXT.fullmatch(data))


def read_base64(raw: str, hints: Hints) -> Document:
    """Return the document of a field of text that `is_base64`.

    Raises:
        RecordError: it cannot be decoded, or its format is not read.
    """
    return _read(_from_base64(raw), hints, [])


def _from_base64(data: str) -> bytes:
    packed = re.sub(r"\s+", "", data)
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _broken("Base64") from None


def _from_hex(data: str) -> bytes:
    try:
        return bytes.fromhex(data)
    except ValueError:
        raise _broken("Hex") from None


def _read(body: bytes, hints: Hints, named: list[str]) -> Document:
    """Read a document that is told by its bytes, or by what the field says that it is.

    Args:
        named: the field's source application, type and subtype, in lower case.
    """
    if not body.strip():
        raise _empty()
    try:
        found = _form(body, named)
        document = read_embedded(found, body, replace(hints, path="", media_type=""))
        usable_text(document.text, _ANY_LENGTH)
    except InputError as error:
        # What no file may be is called otherwise when it is inside of one.
        code = "UnreadableAttachment" if error.code == "UnknownFormat" else error.code
        raise RecordError(code, _of_attachment(str(error))) from None
    return document


def _form(body: bytes, named: Sequence[str]) -> Form:
    """Return the format of a document; text, if it does not show and nothing says otherwise.

    Raises:
        InputError: it is of no format that is read.
    """
    names = [*named, *(part for name in named for part in name.split("/")), "/".join(named[1:_SUBTYPE])]
    said = next((form for name in names if (form := EXTENSIONS.get(f".{name}") or MEDIA_TYPES.get(name))), None)
    found = detect("", body, _MEDIA_TYPE_OF[said or Form.TEXT])
    if found is Form.TEXT and said is not Form.TEXT and not _NO_TEXT.isdisjoint(names):
        raise InputError("UnreadableAttachment", "its attachment is an image or the like: send its text")
    return found


def _of_attachment(reason: str) -> str:
    return f"its attachment: {reason}" if reason.startswith("it ") else reason


def _empty() -> RecordError:
    return RecordError("EmptyNote", "its attachment (OBX-5) is empty: send the document")


def _broken(what: str) -> RecordError:
    return RecordError("BrokenAttachment", f"its attachment is not the {what} that it says it is: export it again")
