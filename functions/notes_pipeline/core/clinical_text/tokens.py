"""Words with their places: the unit in which notes and summaries are compared."""

from __future__ import annotations

import re
from typing import NamedTuple

# A number keeps its decimals and thousands, a word its inner apostrophe; a hyphen and a slash part words.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


class Token(NamedTuple):
    """A word or a number, lower-cased, and where it stands."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Return a text's words and numbers in order."""
    return [Token(match[0].lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
