"""Words with their places: the unit in which notes and summaries are compared."""

from __future__ import annotations

import re
from typing import NamedTuple

# Letters dictated one by one ("E K G") are one word, a name keeps its digits ("SpO2", "FEV1"), a number its decimals
# and thousands, a word its inner apostrophe; a hyphen and a slash part words. A vital sign's label that is glued to
# its value ("HR120") is parted from it.
_TOKEN = re.compile(
    r"(?<![^\W\d_])(?:M C G|M G|M L|K G|C M|M M|I V|I M|P O)(?![^\W_]|')"
    r"|(?<![^\W\d_])[A-Z](?: [A-Z]){1,5}(?![^\W_]|')"
    r"|(?:HR|BP|RR|Temp|Wt|T|P|R)(?=\d\d)"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_]+\d+[^\W_]*"
    r"|[^\W\d_]+(?:['\u2019][^\W\d_]+)?"
)


class Token(NamedTuple):
    """A word or a number, lower-cased, and where it stands."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return a text's words and numbers in order."""
    return [
        Token(match[0].replace(" ", "").replace("\u2019", "'").lower(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


def lowered(text: str) -> str:
    """Return a text in lower case, every character at its place: a few letters are longer in lower case, and stay."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
