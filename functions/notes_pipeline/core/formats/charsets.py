"""Bytes → text: decoded as what they are, or refused; never into other characters than were written.

In this order: a byte-order mark; what the file says its charset is; UTF-8, which other text is not by chance, but for
a few characters at most; UTF-16 without a mark, which shows by its zeros; what the deployment says
(`ReadingRules.encoding`). What is left is taken only if it reads the same in all 8-bit charsets of Western and Central
Europe (`_FAMILY`) and each character stands where one of a note does (`plain_letters`): "5 µg, Größe" does; "à jeun"
does not, and is refused until the deployment says which charset it is.
"""

from __future__ import annotations

import codecs
import io
from typing import TextIO

from notes_pipeline.core.formats.plain_letters import is_utf8_by_chance, reads_plainly
from notes_pipeline.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 262_144
# Programs that say Latin-1 (or ASCII) write Windows-1252: https://encoding.spec.whatwg.org/#names-and-labels
_WRITTEN_AS = {"iso8859-1": "cp1252", "ascii": "cp1252"}
# Python calls these encodings; they are ways to write text in ASCII, and would change what a note says ("C:\\new").
_NOTATIONS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
_WIDE = ("utf-16", "utf-32")
_FAMILY = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859-15")
# So much of a UTF-16 text's every other byte is zero, if it is in a Latin script.
_ZEROS = 0.4


def decode(body: bytes, declared: str = "", encoding: str = "") -> str:
    """Return the text of some bytes.

    Args:
        declared: what the file itself says its charset is, "" if nothing.
        encoding: `ReadingRules.encoding`.

    Raises:
        InputError: the bytes are no text of the charset, or it is not known which it is.
    """
    return body.decode(encoding_of(body, declared, encoding))


def open_text(body: bytes, declared: str = "", encoding: str = "") -> TextIO:
    """Return the text of a file that may be large; line ends stay as they are.

    Raises:
        InputError: as `decode`.
    """
    return io.TextIOWrapper(io.BytesIO(body), encoding_of(body, declared, encoding), newline="")


def encoding_of(body: bytes, declared: str = "", encoding: str = "") -> str:
    """Return the name of the codec that decodes all of some bytes.

    Raises:
        InputError: as `decode`.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return _checked(body, name, f"it is marked as {name.removesuffix('-sig').upper()} and is not")
    name = _declared(body, declared)
    if name and not (name == "ascii" and not body.isascii()):
        actual = _WRITTEN_AS.get(name, name)
        return _checked(body, actual, f"it says that its charset is {name}, and it is not")
    if b"\0" in body[:_BLOCK]:
        return _checked(body, _utf16_by_zeros(body[:_BLOCK]), "it is neither UTF-8 nor UTF-16")
    if decodes(body, "utf-8") and not (encoding and is_utf8_by_chance(body) and decodes(body, encoding)):
        return "utf-8"
    if encoding:
        return _checked(
            body, _WRITTEN_AS.get(encoding, encoding), f"it is neither UTF-8 nor {encoding}, which NoteEncoding says"
        )
    if _reads_the_same(body):
        return "cp1252"
    raise _not_text("it is not UTF-8, and it cannot be told which charset it is")


def read_encoding(text: str) -> str:
    """Return the charset that a parameter names, "" if it is empty.

    Raises:
        ValueError: Python knows no such charset.
    """
    if text.strip() and not known(text):
        raise ValueError("the charset of notes is called as Python calls it: cp1252, iso8859-2, shift_jis")
    return known(text)


def known(name: str) -> str:
    """Return a charset's name as Python has it, "" for none or one that is not known."""
    try:
        found = codecs.lookup(name.strip()) if name.strip() else None
    except (LookupError, ValueError):
        return ""
    # Codecs that turn text into text or bytes into bytes (rot13, zip, base64) are no charsets.
    is_charset = found and getattr(found, "_is_text_encoding", False) and found.name not in _NOTATIONS
    return found.name if found and is_charset else ""


def _declared(body: bytes, declared: str) -> str:
    """Return the charset that a file says; not a wide one of a file that has no zeros, where it is left from before."""
    name = known(declared)
    return "" if name.startswith(_WIDE) and b"\0" not in body else name


def _utf16_by_zeros(head: bytes) -> str:
    even, odd = head[0::2], head[1::2]
    shares = (even.count(0) / max(1, len(even)), odd.count(0) / max(1, len(odd)))
    if max(shares) < _ZEROS or min(shares) > _ZEROS / 4:
        raise _not_text("it holds zeros, as no text does")
    return "utf-16-be" if shares[0] > shares[1] else "utf-16-le"


def _reads_the_same(body: bytes) -> bool:
    try:
        text = body.decode(_FAMILY[0])
        same = all(body.decode(name) == text for name in _FAMILY[1:-1])
        # Of the ISO charsets the control characters are what Windows puts its quotes and dashes in place of.
        latin = bytes(byte for byte in body if not 0x80 <= byte < 0xA0)
        same = same and latin.decode(_FAMILY[-1]) == latin.decode(_FAMILY[0])
    except UnicodeDecodeError:
        return False
    return same and reads_plainly(text)


def _checked(body: bytes, name: str, otherwise: str) -> str:
    if not decodes(body, name):
        raise _not_text(otherwise)
    return name


def decodes(body: bytes, name: str) -> bool:
    """Say whether all of some bytes are text of a charset."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(body), _BLOCK):
            decoder.decode(body[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, UnicodeError, LookupError):
        return False
    return True


def _not_text(what: str) -> InputError:
    return InputError("NotText", f"{what}: export it as UTF-8, or name its charset (NoteEncoding)")
