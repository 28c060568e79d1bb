"""What an observation (OBX) is called and what it says, by the type of its value (OBX-2)."""

from __future__ import annotations

import re

from notes_pipeline.core.formats.hl7.segments import Segment
from notes_pipeline.core.formats.hl7_times import iso_time
from notes_pipeline.errors import RecordError

VALUE_TYPE, NAME, VALUE, UNITS, RANGE, STATUS = 2, 3, 5, 6, 7, 11
FORMATTED = ("TX", "FT")
# Text too, and laboratories write results in it; OBX-2 is empty where a sender did not care.
PLAIN = ("ST", "")
POINTER, DOCUMENT = "RP", "ED"
# A value that the sender takes back (table 0085): deleted, or another patient's.
_WITHDRAWN = ("D", "W")
_STATUSES = frozenset("ABCDFINOPRSUVWX")
_CODED = ("CE", "CWE", "CNE", "CF")
_TIMES = ("DT", "TS", "DTM")
_AS_IT_IS = ("NM", "SN", "TM", "IS", "ID", "SI", "NR")
_TEXT, _ALTERNATE, _ORIGINAL = 2, 5, 9
# What an observation of a report is about (chapter 7, "Observation identifier suffixes").
_SUFFIXES = {"GDT": "Description", "IMP": "Impression", "REC": "Recommendation", "ADT": "Addendum"}
_SECTION = re.compile(r"impression|finding|conclusion|description|recommend|addend|report", re.I)
# A text with a delimiter of fields in it goes on in the next fields, and these, empty by rights, come after it.
_BETWEEN = STATUS - VALUE - 1
_MOST_PIECES = 200
_LONGEST_TEXT = 10_000_000  # in ten million lines it takes 250 MB
_WORDS = 4  # so many are no unit, range and flags, but a text


def value_type(observation: Segment) -> str:
    """Return OBX-2 in capitals."""
    return observation.value(VALUE_TYPE).upper()


def is_withdrawn(observation: Segment) -> bool:
    """Say whether its sender took it back."""
    return observation.value(STATUS)[:1].upper() in _WITHDRAWN


def suffix_name(observation: Segment) -> str:
    """Return which part of a report the suffix of its code says that it is, "" for none."""
    code = observation.raw(NAME).split(observation.delimiters.component, 1)[0]
    parts = code.split(observation.delimiters.subcomponent, 2)
    return _SUFFIXES.get(parts[1].strip().upper(), "") if len(parts) > 1 else ""


def name_of(observation: Segment) -> str:
    """Return what it is called, "" if it has a code only; by its suffix, if its text is that of the whole report."""
    suffix, text = suffix_name(observation), observation.value(NAME, _TEXT).rstrip(": ")
    if suffix and not _SECTION.search(text):
        return suffix
    return text or observation.value(NAME, _ALTERNATE).rstrip(": ")


def lines_of(raw: str, segment: Segment) -> str:
    """Return a text of one or more lines: each repetition is one, and escapes and wrapped lines end some.

    Args:
        raw: a field of the segment, as it stands in the message.

    Raises:
        RecordError: it is longer than any note; or as `Escapes.replaced`.
    """
    if len(raw) > _LONGEST_TEXT:
        raise RecordError("NoteTooLong", f"a field of its text has over {_LONGEST_TEXT:,} characters: split it")
    pieces = segment.delimiters.repetitions.split(raw)
    return "\n".join(segment.delimiters.escapes.replaced(piece) for piece in pieces)


def raw_text(observation: Segment) -> str:
    """Return OBX-5 of a text as it stands in the message.

    Raises:
        RecordError: a delimiter of fields is in it, and where it ends cannot be told.
    """
    fields = observation.fields(_MOST_PIECES)
    behind = [field.strip() for field in fields[UNITS : STATUS + 1]]
    if not any(behind) or (len(behind) > _BETWEEN and behind[-1] in _STATUSES):
        return observation.raw(VALUE)
    for last in range(UNITS, len(fields) - _BETWEEN - 1):
        status = last + 1 + _BETWEEN
        if not any(fields[last + 1 : status]) and fields[status].strip() in _STATUSES:
            return observation.delimiters.field.join(fields[VALUE : last + 1])
    if len(" ".join(behind).split()) < _WORDS:
        return observation.raw(VALUE)
    raise RecordError("BrokenMessage", "a text in it holds what parts fields: write it as an escape sequence (\\F\\)")


def is_measured(observation: Segment) -> bool:
    """Say whether a text has a unit or a range of reference, and is a value by that."""
    if not any(field.strip() for field in observation.fields(RANGE + 1)[UNITS : RANGE + 1]):
        return False
    try:
        return raw_text(observation) == observation.raw(VALUE)
    except RecordError:
        return False


def result_of(observation: Segment) -> str:
    """Return a value that is no text, with its unit; "" for an identifier, a person, or another thing nobody reads."""
    kind = value_type(observation)
    values = [_result(observation, kind, field) for field in observation.repetitions(VALUE)]
    text = "; ".join(value for value in values if value)
    return f"{text} {observation.value(UNITS)}".strip() if text else ""


def _result(observation: Segment, kind: str, field: str) -> str:
    if kind in _CODED:
        found = (observation.component(field, number) for number in (_TEXT, _ALTERNATE, _ORIGINAL))
        return next((text for text in found if text), "") or observation.component(field, 1)
    if kind in _TIMES:
        return iso_time(observation.component(field, 1)) or ""
    if kind in _AS_IT_IS or not kind:
        parts = field.split(observation.delimiters.component, 4)[:4]
        return "".join(observation.delimiters.escapes.replaced(part).strip() for part in parts)
    return ""
