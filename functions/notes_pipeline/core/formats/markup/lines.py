"""Text → lines, as a browser breaks them: blocks, list items with their marks, preformatted text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notes_pipeline.errors import RecordError

# What browsers take for white space: a no-break space is none, and is written as one space.
_SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
_NO_BREAK = "\xa0"
# What is not seen: a soft hyphen, a zero-width space, a byte-order mark.
_SEEN_AS = {0xAD: None, 0x200B: None, 0xFEFF: None}


@dataclass
class Margin:
    """What stands before the lines of a list item: a mark before the first one, and as much space before the others."""

    mark: str
    is_marked: bool = False

    def next(self) -> str:
        """Return what stands before the next line."""
        if self.is_marked:
            return " " * len(self.mark)
        self.is_marked = True
        return self.mark


class Lines:
    """The lines of a page, or of a cell of a table.

    Args:
        limit: most characters; a note of that many bytes is refused in any case, and a page that is made to unfold
            itself to any length ends here.
    """

    def __init__(self, limit: int) -> None:
        self.done: list[str] = []
        self.margins: list[Margin] = []
        self._limit = limit
        self._size = 0
        self._parts: list[str] = []
        self._indent = ""
        self._is_spaced = False
        self._is_apart = False

    @property
    def last(self) -> str:
        """The last character of the line, "" if there is none or white space follows it."""
        return "" if self._is_spaced or not self._parts else self._parts[-1][-1:]

    def space(self) -> None:
        """Add white space where a line may be broken."""
        self._is_spaced = True

    def say(self, text: str) -> None:
        """Add text whose white space is where it may be broken, and no more."""
        text = _SPACES.sub(" ", text if text.isascii() else text.translate(_SEEN_AS))
        if text.startswith(" "):
            self._is_spaced = True
            text = text[1:]
        if not text:
            return
        self._add(text.removesuffix(" ").replace(_NO_BREAK, " "))
        self._is_spaced = text.endswith(" ")

    def say_as_is(self, text: str) -> None:
        """Add preformatted text: its line breaks and spaces stay."""
        text = text.translate(_SEEN_AS).replace(_NO_BREAK, " ")
        first, *others = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._add(first)
        for line in others:
            self._end_line(even_empty=True)
            self._add(line)

    def break_line(self) -> None:
        """End the line; where there is none, leave one empty."""
        if not self._end_line():
            self._is_apart = True

    def block(self, *, apart: bool = False) -> None:
        """Begin or end a block.

        Args:
            apart: with an empty line between it and what is before or behind it, if it is in no list.
        """
        if self._parts or self._indent:
            self._end_line()
        self._is_spaced = False
        if apart and not self.margins:
            self._is_apart = True

    def put(self, line: str) -> None:
        """Add a whole line."""
        self._end_line()
        self._add(line)
        self._end_line()

    def finish(self) -> list[str]:
        """Return all lines."""
        self._end_line()
        return self.done

    def _add(self, text: str) -> None:
        if not self._parts and (not text or text.isspace()):
            self._indent += text
            return
        if not self._parts:
            self._begin()
        elif self._is_spaced:
            self._parts.append(" ")
        self._is_spaced = False
        self._parts.append(text)

    def _begin(self) -> None:
        if self._is_apart and self.done and self.done[-1]:
            self.done.append("")
        self._is_apart = False
        self._parts.append("".join(margin.next() for margin in self.margins) + self._indent)
        self._indent = ""

    def _end_line(self, *, even_empty: bool = False) -> bool:
        """End the line, and say whether there was one."""
        line = "".join(self._parts).rstrip()
        # A line of no-break spaces is how editors write an empty one.
        self._is_apart = self._is_apart or (bool(self._indent) and not self.margins)
        self._parts.clear()
        self._indent, self._is_spaced = "", False
        if not line and not (even_empty and self.done):
            return False
        self.done.append(line)
        self._size += len(line) + 1
        if self._size > self._limit + 1:
            raise RecordError("NoteTooLong", f"the note has over {self._limit:,} bytes, which is the limit: split it")
        return True
