"""Values: a number with its unit, and the vital sign it is of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from notes_pipeline.core.clinical_text.numbers import Number
from notes_pipeline.core.clinical_text.tokens import Token, lowered
from notes_pipeline.core.word_lists import read_entries


class Unit(NamedTuple):
    """A unit: what it measures, and how many of the base unit it is (0 for temperatures, which have no common zero)."""

    dimension: str
    name: str
    factor: float


class Value(NamedTuple):
    """A number as a text gives it.

    Attributes:
        unit: None if none is written.
        vital: "hr", "bp" ...; "" if no label of a vital sign stands before it.
    """

    number: Number
    unit: Unit | None
    vital: str


_RATES = re.compile(r"\s*/\s*(dl|ml|l|kg|min|hr|h|day|d)\b")
_MERCURY = re.compile(r"mm ?hg\b")
# Labels of vital signs, looked for right before a number.
_VITALS = (
    ("hr", re.compile(r"\b(?:hr|heart rate|pulse(?: rate)?|(?<![/\w])p)\W*(?:\(bpm\)\W*)?$")),
    ("bp", re.compile(r"\b(?:bp|b/p|blood pressure|systolic|diastolic)\W*(?:\d+\s*(?:/|over)\s*)?$")),
    ("rr", re.compile(r"\b(?:rr|resp(?:irations?|iratory)?(?: rate)?|r)\W*$")),
    ("t", re.compile(r"\b(?:t|temp(?:erature)?|tmax)\W*$")),
    ("spo2", re.compile(r"\b(?:spo2|o2 sats?|sats?|(?:oxygen )?saturation|pulse ox(?:imetry)?|saturating)\W*$")),
    ("pain", re.compile(r"\bpain(?: score| level| scale)?\W*$")),
    ("weight", re.compile(r"\b(?:weight|wt|weighs|weighed|weighing)\W*$")),
)
_LINKS = re.compile(
    r"\b(?:is|was|of|at|to|on|in the|up|down|has been|measured|reads?|around|about|initially|now)\b\W*$"
)
_LABEL_REACH = 34


@cache
def _units() -> Mapping[str, Unit]:
    found = {}
    for entry in read_entries(__package__, "units.txt"):
        dimension, name, factor, *aliases = entry.split()
        found.update({alias: Unit(dimension, name, float(factor)) for alias in (name, *aliases)})
    return found


def read_values(text: str, tokens: Sequence[Token], numbers: Sequence[Number]) -> list[Value]:
    """Return a text's values in order."""
    lower = lowered(text)
    return [Value(number, _unit(lower, tokens, number), _vital(lower, number.start)) for number in numbers]


def same_quantity(value: Value, other: Value) -> bool:
    """Whether two values are one quantity: equal numbers in one unit, or numbers that a conversion makes equal."""
    if value.unit is None or other.unit is None or value.unit.name == other.unit.name:
        return bool(set(value.number.values) & set(other.number.values))
    if value.unit.dimension != other.unit.dimension:
        return False
    return any(_converted(a, value.unit, b, other.unit) for a in value.number.values for b in other.number.values)


def _converted(a: float, of: Unit, b: float, other: Unit) -> bool:
    if of.dimension == "temperature":
        celsius, fahrenheit = (a, b) if of.name == "c" else (b, a)
        return abs(celsius * 9 / 5 + 32 - fahrenheit) <= 0.2
    # A converted value is rounded to a place or two: 70 kg are 154 lb.
    return abs(a * of.factor - b * other.factor) <= 0.01 * max(a * of.factor, b * other.factor)


def _unit(text: str, tokens: Sequence[Token], number: Number) -> Unit | None:
    after = text[number.end : number.end + 3].lstrip()
    if after.startswith("%"):
        return _units()["%"]
    if number.last + 1 >= len(tokens):
        return None
    token = tokens[number.last + 1]
    between = text[number.end : token.start]
    if token.text in ("degrees", "degree", "point") and number.last + 2 < len(tokens):
        token, between = tokens[number.last + 2], " "
    if len(between) > 3 or set(between) - set(" -\N{DEGREE SIGN}"):
        return None
    if _MERCURY.match(text, token.start):
        return _units()["mmhg"]
    unit = _units().get(token.text)
    if unit and unit.name == "in" and token.text == "in":
        return None  # "5 in total": the preposition
    rate = _RATES.match(text, token.end) if unit else None
    return Unit(f"{unit.dimension}/{rate[1]}", f"{unit.name}/{rate[1]}", unit.factor) if unit and rate else unit


def _vital(text: str, start: int) -> str:
    before = text[max(0, start - _LABEL_REACH) : start]
    before = re.split(r"[,;\n]|\d\s+(?=[a-z])", before)[-1]
    while _LINKS.search(before):
        before = _LINKS.sub("", before)
    return next((vital for vital, pattern in _VITALS if pattern.search(before)), "")
