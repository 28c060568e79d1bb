"""The character set of a message: what MSH-18 calls it (HL7 table 0211), and what senders write there instead."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = {
    "ASCII": "ascii",
    "ISOIR6": "ascii",
    "ISOIR14": "shift_jis",  # its one-byte part
    "ISOIR13": "shift_jis",
    "ISOIR87": "iso2022_jp_ext",
    "ISOIR159": "iso2022_jp_ext",
    "GB180302000": "gb18030",
    "KSX1001": "cp949",
    "BIG5": "big5",
    "UNICODEUTF8": "utf-8",
    "UNICODEUTF16": "",  # shows by its bytes, whatever the field says
    "UNICODEUTF32": "",
    "UNICODE": "",
    "UTF16": "",
    # As DICOM and databases call them.
    "ISOIR100": "iso8859-1",
    "ISOIR101": "iso8859-2",
    "ISOIR144": "iso8859-5",
    "ISOIR126": "iso8859-7",
    "ISOIR148": "iso8859-9",
    "ISOIR192": "utf-8",
    "WE8ISO8859P1": "iso8859-1",
    "WE8MSWIN1252": "cp1252",
    "AL32UTF8": "utf-8",
}
_ISO_8859 = re.compile(r"(?:ISO)?8859(?:P)?(\d{1,2})")
_ISO_2022 = "iso2022_jp_ext"
_ESCAPE = b"\x1b"


def declared_charset(names: list[str], body: bytes) -> str:
    """Return the codec that a message's MSH-18 names, "" if it names none.

    Args:
        names: the field's repetitions. The first is the message's own; Japanese ones behind it are changed to within
            the text, by the escapes of ISO 2022.
    """
    found = [_codec(name) for name in names]
    if _ISO_2022 in found:
        if _ESCAPE in body:
            return _ISO_2022
        found = [name for name in found if name != _ISO_2022]
    return found[0] if found else ""


def _codec(name: str) -> str:
    key = re.sub(r"[\W_]", "", name).upper()
    iso = _ISO_8859.fullmatch(key)
    return f"iso8859-{iso[1]}" if iso else _NAMES.get(key, name)
