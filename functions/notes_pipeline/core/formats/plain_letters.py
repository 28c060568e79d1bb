"""Whether text of an unknown 8-bit charset can be read at all: each character where a note has it, and nowhere else.

The same byte is a quotation mark in Windows-1252 and "ö" in DOS, a "§" here and the "ß" of a Macintosh. So a character
is taken for what it is in Windows only where it stands as it does in writing: a degree behind a number, quotation marks
as a pair around something, a letter in a word that has others. Whatever is left over makes the whole file unreadable.
"""

from __future__ import annotations

import re

_WORDS = "it|he|she|who|day|man|eye|leg|arm|son|mom|dad|let|what|that"
_UNITS = "g|l|L|m|M|s|U|V|A|kat|mol|mol/L|Eq|IU|m/s|g/[A-Za-z]+"
# What is read, and the ASCII that stands for it in the rest of this check.
_SIGNS = tuple(
    (re.compile(pattern, re.M), written)
    for pattern, written in (
        (r"(?<![^\s(\[-])[\u201c\u201e]([^\s\u201c-\u201e][^\u201c-\u201e]{0,500})[\u201c\u201d](?![\w])", r'"\1"'),
        (r"(?<![^\s(\[-])\u2018([^\s\u2018\u2019][^\u2018\u2019]{0,200})\u2019(?!\w)", r"'\1'"),
        (r"(?<![^\s(\[-])\xab([^\xab\xbb]{1,500})\xbb(?!\w)", r'"\1"'),
        (rf"(?<![^\W_])([A-Za-z]{{4,}}|(?i:{_WORDS}))\u2019s(?![^\W_])", r"\1's"),
        (r"(?<![^\W_])([A-Za-z]{1,12}n\u2019t|(?i:i|we|you|they)\u2019(?:re|ll|ve|d|m))(?![^\W_])", "not"),
        (r"(?<![^\W_])([A-Za-z]{4,}s)\u2019(?=\s)", r"\1'"),
        (r"(?<![^\W_])O\u2019(?=[A-Z][a-z]{2})", "O'"),
        (r"(\d ?)\u2013(?= ?\d)|(?<= )[\u2013\u2014](?= )", r"\1-"),
        (r"^([ \t]*)\u2022(?=\s)", r"\1*"),
        (r"([a-z]{4})\u2122(?!\w)", r"\1 "),
        (r"([A-Za-z]{3})\xae(?!\w)", r"\1 "),
        (r"(?<!\S)\xa7{1,2}(?= ?\d)", "s "),
        (r"(\d ?)\xb0(?=[^\w]|$| ?[CF](?!\w))", r"\1 "),
        (r"(?<![^\s(\[/-])\xb1(?= ?\d)", "+"),
        (rf"(?:(?<=\d)|(?<=\d )|(?<=[(\[/]))\xb5(?=(?:{_UNITS})(?![^\W_]))", "u"),
        (r"(\d ?)\xd7(?= ?\d)|(?<=\d)\xd7(?!\w)", r"\1x"),
        (r"\u20ac(?= ?\d)|(?:(?<=\d)|(?<=\d ))[\u20ac\u2030](?!\w)", "E"),
        (r"(?<=\d)\xa0|\xa0(?=\d)", " "),
    )
)
_LETTERS = "\xc4\xc9\xd3\xd6\xdc\xdf\xe4\xe9\xf3\xf6\xfc"
_WORD = re.compile(rf"[A-Za-z{_LETTERS}]*[{_LETTERS}][A-Za-z{_LETTERS}]*")
# What no word has: a capital behind a small letter; two of these letters together, but for "öß"; cubic metres, and the
# "õe" of Portuguese, as DOS wrote them; a capital Ú of DOS at the beginning, dots of a Macintosh at the end.
_NO_WORD = re.compile(
    rf"[a-z\xdf-\xff][A-Z\xc0-\xde]|[{_LETTERS}][{_LETTERS[:5]}{_LETTERS[6:]}]|[\xdf\xe9\xf3]\xdf"
    rf"|^[kdcm]?m\xfc$|[\xe4\xf6\xfc][aeio]|^[\xe9\xdf]|\xc9$"
)
_FEWEST = 2


def reads_plainly(text: str) -> bool:
    """Say whether every character of a text, taken for Windows-1252, stands where one of a note does."""
    for pattern, written in _SIGNS:
        text = pattern.sub(written, text)
    if text.isascii():
        return True
    return _WORD.sub(lambda found: _of_word(found[0], text, *found.span()), text).isascii()


def _of_word(word: str, text: str, start: int, end: int) -> str:
    """Return nothing in place of a word that is one, and the word if it is not."""
    beside = text[start - 1 : start] + text[end : end + 1]
    plain = sum(letter.isascii() for letter in word)
    is_word = plain >= _FEWEST and not _NO_WORD.search(word) and not any(sign.isalnum() for sign in beside)
    return "" if is_word and (beside.isascii()) else word


# Characters that are UTF-8's even if they are all that there is. Others ("ɰ", "ͷ") are as likely two characters of the
# charset that a deployment names ("É°"), or one of an East Asian one.
_COMMON = re.compile(
    "[\x00-\xffĀāĂăĄąĆćČčĎďĐđĒēĖėĘęĚěĞğĢģĪīĮįİıĶķĹĺĻļĽľŁłŃńŅņŇňŌōŐőŒœŔŕŘřŚśŞşŠšŢţŤťŪūŮůŰűŲųŸŹźŻżŽžƠơƯưȘșȚț"  # noqa: RUF001
    "\u0300-\u0328\u0386-\u03ce\u0401-\u045f\u0490\u0491\u05d0-\u05ea\u060c\u061f\u0621-\u064a\u0660-\u0669"
    "\u0900-\u0e7f\u1e00-\u1eff\u2000-\u2bff\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\ufb00-\ufb06\ufeff-\uffee"
    "\U00010000-\U0010ffff]*"
)
_FEW_BYTES = 8
_ASCII = bytes(range(0x80))


def is_utf8_by_chance(body: bytes) -> bool:
    """Say whether bytes that are UTF-8 may be so by chance: few are not ASCII, and these are unusual characters."""
    rest = body.translate(None, _ASCII)
    return 0 < len(rest) <= _FEW_BYTES and not _COMMON.fullmatch(rest.decode("utf-8"))
