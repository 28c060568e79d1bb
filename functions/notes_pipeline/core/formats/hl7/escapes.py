"""Escape sequences of HL7 v2 → what they stand for (chapter 2, 2.7).

What is no sequence of HL7's stays as it was written: a path of Windows' in a text, a sequence of a site's own
(`\\Z..\\`). Highlighting goes. Numbers of blank lines and spaces are a file's: they are limited.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cached_property

from notes_pipeline.errors import RecordError

_MOST_LINES, _MOST_SPACES = 10, 40
_MOST_SEQUENCES = 1_000_000  # they take some 200 MB
_LINE_COMMANDS, _SPACE_COMMANDS = ("br", "ce"), ("in", "ti", "sk")
# ASCII and Latin-1 (ISO 2022): text behind them reads as it did before them.
_NO_CHANGE = ("C2842", "C2D41")
_TRUNCATION = "#"


@dataclass(frozen=True)
class Escapes:
    """The escape sequences of one message.

    Attributes:
        character: what begins and ends one.
        delimiters: what `F`, `S`, `T` and `R` stand for, in this order.
        codec: of the message, which is that of the bytes in its sequences.
    """

    character: str
    delimiters: tuple[str, str, str, str]
    codec: str

    def replaced(self, text: str) -> str:
        """Return a text without its sequences.

        Raises:
            RecordError: one changes the character set within the text, or there are very many.
        """
        if text.count(self.character) > 2 * _MOST_SEQUENCES:
            raise RecordError("NoteTooLong", f"a text in it has over {_MOST_SEQUENCES:,} escape sequences: split it")
        return self._sequences.sub(self._meaning, text) if self.character in text else text

    @cached_property
    def _sequences(self) -> re.Pattern[str]:
        one = re.escape(self.character)
        return re.compile(
            rf"{one}(?:(?P<mark>[FSTREPHN])|\.(?P<command>(?i:br|sp|in|ti|fi|nf|ce|sk)) ?(?P<count>[+-]?\d{{0,9}})"
            rf"|(?P<charset>C[0-9A-Fa-f]{{4}}|M[0-9A-Fa-f]{{4}}(?:[0-9A-Fa-f]{{2}})?)){one}"
            rf"|(?P<bytes>(?:{one}X(?:[0-9A-Fa-f]{{2}})++{one})++)",
        )

    @cached_property
    def _marks(self) -> dict[str, str]:
        marks = dict(zip("FSTR", self.delimiters, strict=True))
        return {**marks, "E": self.character, "P": _TRUNCATION, "H": "", "N": ""}

    def _meaning(self, found: re.Match[str]) -> str:
        if found["mark"]:
            return self._marks[found["mark"]]
        if found["command"]:
            return _formatted(found["command"].lower(), found["count"])
        if found["bytes"]:
            return self._decoded(found["bytes"]) or found[0]
        if found["charset"].upper() in _NO_CHANGE:
            return ""
        raise RecordError("NotText", "its text changes the character set within (\\C..\\, \\M..\\): export it as UTF-8")

    def _decoded(self, sequences: str) -> str:
        """Return what sequences of bytes stand for, "" for bytes that are none of the message's character set."""
        digits = "".join(part[1:] for part in sequences.split(self.character) if part)
        try:
            return codecs.decode(bytes.fromhex(digits), self.codec).replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeError, ValueError):
            return ""


def _formatted(command: str, count: str) -> str:
    number = int(count) if count.strip("+-") else 1
    if command in _LINE_COMMANDS:
        return "\n"
    if command == "sp":
        return "\n" * min(max(number, 1), _MOST_LINES)
    return " " * min(max(number, 0), _MOST_SPACES) if command in _SPACE_COMMANDS else ""
