"""The charsets of a document: its own, and that of each font of its font table."""

from __future__ import annotations

from notes_pipeline.core.formats.charsets import known
from notes_pipeline.core.formats.rich_text.symbols import TABLES, symbol_table
from notes_pipeline.errors import InputError

# Text in a charset that is not known: nothing but ASCII can be read.
UNKNOWN = ""
ANSI = "cp1252"
_DOUBLE = frozenset({"cp932", "gbk", "cp949", "cp950", "johab", "big5", "shift_jis", "euc_kr", "gb18030"})
# Of \fcharset (specification 1.9.1, "Font Table"); 1 is the document's own, 2 that of signs.
_OWN, _SIGNS = 1, 2
_OF_FONTS = {
    0: ANSI,
    77: "mac_roman",
    85: "mac_greek",
    86: "mac_turkish",
    88: "mac_latin2",
    89: "mac_cyrillic",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    256: "mac_roman",
}
# Fonts of the time before \fcharset are called "Arial CE".
_BY_NAME = {" ce": "cp1250", " cyr": "cp1251", " greek": "cp1253", " tur": "cp1254", " baltic": "cp1257"}
# Code pages that Python calls otherwise than cp and their number.
_PAGES = {
    0: ANSI,
    1361: "johab",
    10000: "mac_roman",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10029: "mac_latin2",
    10081: "mac_turkish",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    28591: ANSI,
    28592: "iso8859-2",
    28605: "iso8859-15",
    54936: "gb18030",
    65001: "utf-8",
}


class Fonts:
    """What is said of the document's charset and of its fonts'.

    Attributes:
        own: the document's charset.
        standard: number of the font of text that names none.
    """

    def __init__(self) -> None:
        self.own = ANSI
        self.standard: int | None = None
        self._charsets: dict[int, int] = {}
        self._pages: dict[int, int] = {}
        self._names: dict[int, bytes] = {}
        self._found: dict[int | None, str] = {}
        self._entry = 0

    def define(self, word: bytes, number: int) -> None:
        """Take a control word of the font table."""
        if word == b"f":
            self._entry = number
            self._names[number] = b""
        elif word == b"fcharset":
            self._charsets[self._entry] = number
        elif word == b"cpg":
            self._pages[self._entry] = number

    def name(self, data: bytes) -> None:
        """Take some of the name of a font of the table."""
        if self._entry in self._names and len(self._names[self._entry]) < 100:
            self._names[self._entry] += data

    def charset(self, font: int | None) -> str:
        """Return the charset of text in a font, or the name of its table of signs; `UNKNOWN` if neither is known."""
        if font not in self._found:
            self._found[font] = self._charset(font)
        return self._found[font]

    def renew(self) -> None:
        """Take notice of what was defined since."""
        self._found.clear()

    def _charset(self, font: int | None) -> str:
        if font is None or font not in self._names:
            return self.own
        name = self._names[font].decode("latin-1").partition(";")[0].strip().lower()
        said = self._charsets.get(font, _OWN)
        if symbol_table(name) or said == _SIGNS:
            return symbol_table(name) or UNKNOWN
        if self._pages.get(font):
            return page(self._pages[font])
        if said == _OWN:
            return next((charset for end, charset in _BY_NAME.items() if name.endswith(end)), self.own)
        return self._ansi() if said == 0 else known(_OF_FONTS.get(said, UNKNOWN))

    def _ansi(self) -> str:
        """Return what a font is in that says ANSI, as those do that no program has thought about.

        Where that cannot be what is meant, the document's own; where it may be either, neither.
        """
        if self.own in _DOUBLE:
            return UNKNOWN
        return ANSI if self.own.startswith("cp125") else self.own


def page(number: int) -> str:
    """Return the charset of a code page, `UNKNOWN` if it has none here."""
    return known(_PAGES.get(number, f"cp{number}"))


def decoded(data: bytes, charset: str) -> str:
    """Return the text of some bytes.

    Raises:
        InputError: they are no text of the charset, or it is not known.
    """
    if charset in TABLES:
        return data.decode("latin-1").translate(TABLES[charset])
    try:
        return data.decode(charset or "ascii")
    except UnicodeError:
        what = f"it holds bytes that are no text of {charset}" if charset else "the charset of some of it is not known"
        raise InputError("NotText", f"{what}: export the document again, or send its text as UTF-8") from None


def is_double(charset: str) -> bool:
    """Say whether characters of a charset have one byte or two."""
    return charset in _DOUBLE
