"""Marks that stand in notes, names and identifiers, and the search for them in whatever form they might come out."""

import base64
import contextlib
import json
import re
import secrets
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

_LETTERS = "bcdfghjklmnpqrstvwxz"
_GZIP = b"\x1f\x8b\x08"
_ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})")
_DEPTH = 2
# Around a hit of what all marks begin with, more than the longest form of any mark.
_WINDOW = 80


class Canaries:
    """Draws marks: letters that no word has, another sequence for each place; all begin alike, to be found quickly."""

    def __init__(self) -> None:
        self.beginning = _draw(10)
        self.marks: dict[str, str] = {}

    def mark(self, place: str) -> str:
        """The mark of a place, such as `patient-3`; drawn when it is first asked for."""
        return self.marks.setdefault(place, self.beginning + _draw(8))

    def text(self, place: str) -> str:
        """A sentence with a place's mark, which no model would make up."""
        return f"Fever and {self.mark(place)} since Monday, HR 113."

    def found_in(self, emitted: Any) -> set[str]:
        """The places whose marks are in a text, bytes, or the text of anything else."""
        forms = {form.lower(): place for place, mark in self.marks.items() for form in _forms(mark)}
        beginnings = re.compile(b"|".join(map(re.escape, _forms(self.beginning))), re.IGNORECASE)
        found: set[str] = set()
        for text in _unpacked(as_bytes(emitted), _DEPTH):
            for hit in beginnings.finditer(text):
                window = text[max(0, hit.start() - _WINDOW) : hit.end() + _WINDOW].lower()
                found |= {place for form, place in forms.items() if form in window} or {"(part of a mark)"}
        return found


def _draw(letters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(letters))


def as_bytes(emitted: Any) -> bytes:
    if isinstance(emitted, bytes):
        return emitted
    text = emitted if isinstance(emitted, str) else json.dumps(emitted, default=_plain, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def _plain(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else repr(value)


def _forms(mark: str) -> Iterator[bytes]:
    """A mark as itself, as hex, and as base64 at each of the three places where it can begin in a group."""
    for written in dict.fromkeys((mark, mark.upper(), mark.capitalize())):
        raw = written.encode()
        yield raw
        yield raw.hex().encode()
        for before in range(3):
            # The first and the last characters also hold bits of what stands before and behind.
            encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
            yield encoded[(0, 2, 3)[before] : len(encoded) - (1 if (before + len(raw)) % 3 else 0)]


def _unpacked(haystack: bytes, depth: int) -> Iterator[bytes]:
    """The bytes, and what they are without escapes, zero bytes and compression, also of one in another."""
    seen, left = {haystack}, [(haystack, depth)]
    while left:
        text, deeper = left.pop()
        yield text
        unescaped = {text.replace(b"\0", b""), unquote_to_bytes(text) if b"%" in text else text, _unescaped(text)}
        for other in (unescaped | set(_gzip_members(text))) - seen if deeper else ():
            seen.add(other)
            left.append((other, deeper - 1))


def _unescaped(haystack: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "surrogatepass"), haystack)


def _gzip_members(haystack: bytes) -> Iterator[bytes]:
    start = haystack.find(_GZIP)
    while start >= 0:
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(haystack[start:])
        start = haystack.find(_GZIP, start + 1)


def percent_encoded(text: str) -> str:
    """Every character as a URL can have it, letters too."""
    return "".join(f"%{byte:02X}" for byte in text.encode())
