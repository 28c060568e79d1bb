"""A message's text → its segments, and a segment → its fields, repetitions and components (chapter 2, 2.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from notes_pipeline.core.formats.hl7.escapes import Escapes
from notes_pipeline.core.formats.hl7.segment_ids import SEGMENT_IDS
from notes_pipeline.errors import RecordError

_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x1c]")
_HEADERS = ("MSH", "FHS", "BHS")
_MOST_REPETITIONS = 100
_NULL = '""'  # the sender has deleted the value: 2.5.3
_GOES_ON = "ADD"
_USUAL = "^~\\&"
# A message that was a string of a program's source and lost its quotes only.
_DOUBLED = "^~\\\\&"


@dataclass(frozen=True)
class Delimiters:
    """What a message parts its fields with (MSH-1, MSH-2)."""

    field: str
    component: str
    repetition: str
    subcomponent: str
    escapes: Escapes

    @cached_property
    def repetitions(self) -> re.Pattern[str]:
        """Where a text's lines part; a tilde for "about" that was not escaped (`of ~5 mm`) is none."""
        about = r"(?!(?<=[\s(].)\d{1,6}+(?![\d.]{0,8}[.)]\s))" if self.repetition == "~" else ""
        return re.compile(re.escape(self.repetition) + about)


@dataclass(frozen=True)
class Segment:
    """A segment. Its parts are looked for when they are asked for: a message can have very many, and few are.

    Attributes:
        name: `OBX`.
        text: as it stands in the message.
    """

    name: str
    text: str
    delimiters: Delimiters

    def fields(self, number: int) -> list[str]:
        """Return the fields up to a number, as they stand in the message, and behind them all that follows."""
        skipped = 1 if self.name in _HEADERS else 0  # their first field is what parts the fields
        fields = self.text.split(self.delimiters.field, number + 1 - skipped)
        return [fields[0], *[self.delimiters.field] * skipped, *fields[1:]]

    def raw(self, number: int) -> str:
        """Return a field as it stands in the message; "" for one that is not there or was deleted."""
        fields = self.fields(number)
        value = fields[number] if number < len(fields) else ""
        return "" if value == _NULL else value

    def repetitions(self, number: int) -> list[str]:
        """Return the repetitions of a field that is no text."""
        return self.raw(number).split(self.delimiters.repetition, _MOST_REPETITIONS)[:_MOST_REPETITIONS]

    def value(self, number: int, component: int = 1) -> str:
        """Return a component of a field's first repetition."""
        return self.component(self.repetitions(number)[0], component)

    def component(self, field: str, number: int) -> str:
        """Return a component, or its first part; "" if there is none. Line ends in it are those of wrapped lines."""
        parts = field.split(self.delimiters.component, number)
        part = parts[number - 1].split(self.delimiters.subcomponent, 1)[0] if number <= len(parts) else ""
        value = self.delimiters.escapes.replaced(part).replace("\n", "").strip()
        return "" if value == _NULL else value


def read_segments(text: str, codec: str) -> list[Segment]:
    """Return the segments of a message.

    Args:
        text: from its MSH on.
        codec: what it was decoded by, which its escapes of bytes mean.

    Raises:
        RecordError: its MSH cannot be read, or does not say what parts its fields.
    """
    text = _undoubled(text)
    delimiters = _delimiters(text, codec)
    found = [Segment(raw[:3], raw, delimiters) for raw in _unwrapped(text, delimiters.field)]
    if not found or found[0].name != "MSH":  # bytes that begin with one, and are no text that does
        raise RecordError("BrokenMessage", "its MSH cannot be read: export it again as UTF-8")
    return found


def _undoubled(text: str) -> str:
    return text.replace("\\\\", "\\") if text[4 : 4 + len(_DOUBLED)] == _DOUBLED else text


def _delimiters(text: str, codec: str) -> Delimiters:
    field = text[3:4]
    encoding = _LINE_END.split(text[4:64], maxsplit=1)[0].partition(field)[0] if field else ""
    component, repetition, escape, subcomponent = list(encoding + _USUAL[len(encoding) :])[: len(_USUAL)]
    if not field or len({field, component, repetition, escape, subcomponent}) < len(_USUAL) + 1:
        raise RecordError("BrokenMessage", "its MSH does not say what parts fields and components: export it again")
    if any(char.isalnum() or char.isspace() for char in encoding[:4]):
        raise RecordError("BrokenMessage", "letters or spaces part its fields (MSH-2): export it again")
    escapes = Escapes(escape, (field, component, subcomponent, repetition), codec)
    return Delimiters(field, component, repetition, subcomponent, escapes)


def _unwrapped(text: str, field: str) -> list[str]:
    """Return the segments, each with the lines and the segment (ADD, 2.10.2) that go on with it."""
    begins = re.compile(rf"[ \t]*+([A-Z][A-Z0-9]{{2}}){re.escape(field)}")
    found: list[list[str]] = []
    for line in _LINE_END.split(text):
        name = begins.match(line)
        if name and name[1] == _GOES_ON and found:
            found[-1][-1] = found[-1][-1].removesuffix(field)
            found[-1].append(line[name.end() :])
        elif name and (name[1] in SEGMENT_IDS or name[1].startswith("Z")):
            found.append([line.lstrip(" \t")])
        elif found:
            found[-1].append(f"\n{line}")
    return ["".join(lines).rstrip("\n") for lines in found]
