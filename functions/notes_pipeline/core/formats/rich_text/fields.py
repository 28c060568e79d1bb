"""What a field shows that has no text of its own: a sign that is named by its number, a box that is ticked or not."""

from __future__ import annotations

import re

from notes_pipeline.core.formats.rich_text.fonts import decoded
from notes_pipeline.core.formats.rich_text.symbols import symbol_table

_SYMBOL = re.compile(rb'\s*SYMBOL\s+(\d{1,5})(?:[^"]{0,40}?\\f\s*"([^"]{1,64})")?', re.I)
# Of \fftype (specification 1.9.1, "Form Fields"); a result of 25 is none: it is as it was at first.
_TICK, _CHOICE = 1, 2
_AT_FIRST = 25
# Word has choices of 50 characters at most.
_LONGEST = 1_000


class Field:
    """A field as far as it was read: the number of what is chosen, from which choices, and its instruction."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.choices: list[bytes] = []
        self.instruction: list[bytes] = []

    def choose_from(self, data: bytes) -> None:
        """Take some of the last choice."""
        if len(self.choices[-1]) < _LONGEST:
            self.choices[-1] += data

    def shown(self, charset: str) -> str:
        """Return what it shows if it has no result that does.

        Args:
            charset: of the text around it.

        Raises:
            InputError: it is a sign of a charset that is not known.
        """
        found = _SYMBOL.match(b"".join(self.instruction))
        if found:
            number, font = int(found[1]), (found[2] or b"").decode("latin-1")
            return decoded(bytes([number]), symbol_table(font) or charset) if number < 256 else chr(number)
        chosen = self.numbers.get(b"ffres", _AT_FIRST)
        chosen = self.numbers.get(b"ffdefres", 0) if chosen == _AT_FIRST else chosen
        if self.numbers.get(b"fftype") == _TICK:
            return "[x]" if chosen else "[ ]"
        if self.numbers.get(b"fftype") == _CHOICE and 0 <= chosen < len(self.choices):
            return decoded(self.choices[chosen], charset)
        return ""
