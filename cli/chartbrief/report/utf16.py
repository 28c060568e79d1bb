"""Offsets in code points, as the records count, turned into UTF-16 code units, as a browser's strings count."""

import re
from bisect import bisect_left

_OF_TWO_UNITS = re.compile("[\U00010000-\U0010ffff]")


class Utf16Offsets:
    """The offsets of one text. Those beyond its end become its end: a record must not break the page."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [found.start() for found in _OF_TWO_UNITS.finditer(text)]

    def at(self, offset: int) -> int:
        """UTF-16 code units before the code point at `offset`."""
        offset = min(max(offset, 0), self._length)
        return offset + bisect_left(self._wide, offset)
