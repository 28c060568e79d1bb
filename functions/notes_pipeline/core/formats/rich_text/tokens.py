"""RTF → its signs: groups, control words, characters. Also where a document ends, and whether it is whole.

Rich Text Format specification 1.9.1 (Microsoft, 2008), "Basic Entities".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from notes_pipeline.errors import InputError

_TOKENS = re.compile(
    rb"(?P<text>[^\\{}\r\n]+)|\\(?P<word>[A-Za-z]+)(?P<number>-?[0-9]+)?[ ]?|\\'(?P<byte>[0-9A-Fa-f]{2})"
    rb"|\\(?P<sign>[^A-Za-z])|(?P<open>\{)|(?P<close>\})"
)
# Deeper than any program writes: of each level something is kept.
_DEEPEST = 1_000_000
# A number of more digits is out of every range.
_DIGITS = 11
# What some programs put behind a document: zeros, line ends, a brace too many.
_BEHIND = b"\0 \t\r\n}\x1a"

Kind = Literal["text", "word", "byte", "sign", "open", "close"]


class Token(NamedTuple):
    """A sign of a document.

    Attributes:
        data: the characters of a text, the byte that a number stands for, the name of a control word, or a sign.
        number: of a control word, if it has one.
    """

    kind: Kind
    data: bytes
    number: int | None = None


_BRACES = {b"{": Token("open", b"{"), b"}": Token("close", b"}")}


def tokens(body: bytes) -> Iterator[Token]:
    """Yield the signs of a document, its outermost group among them; binary data is left out.

    Raises:
        InputError: it ends before its last group does, goes on behind it, or is nested too deep.
    """
    depth, at, found = 0, 0, _TOKENS.finditer(body)
    while match := next(found, None):
        token = _token(match)
        yield token
        depth += (token.kind == "open") - (token.kind == "close")
        at = match.end()
        if token.data == b"bin" and token.kind == "word":
            at += max(0, token.number or 0)
            found = _TOKENS.finditer(body, at)
        if not 0 < depth < _DEEPEST:
            break
    if depth:
        raise broken("it ends before its last group does" if depth < _DEEPEST else "its groups are nested too deep")
    if body[at:].strip(_BEHIND):
        raise broken("it goes on behind its last group")


def _token(match: re.Match[bytes]) -> Token:
    kind = match.lastgroup
    if kind == "text":
        return Token("text", match["text"])
    if kind in ("word", "number"):
        digits = match["number"]
        return Token("word", match["word"], int(digits[:_DIGITS]) if digits else None)
    if kind == "byte":
        return Token("byte", bytes.fromhex(match["byte"].decode("ascii")))
    return Token("sign", match["sign"]) if kind == "sign" else _BRACES[match[0]]


def broken(what: str) -> InputError:
    """Return the error of a document that is not whole, or no RTF."""
    return InputError("BrokenRtf", f"{what}: export the document again, or send its text")
