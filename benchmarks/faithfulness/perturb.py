"""Faithful summaries made wrong in one place: a number, unit, drug, side or negation, or another patient's fact."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from notes_pipeline.core.clinical_text.lexicon import read_words

_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:\.\d+)?(?![\w/]|[.,]\d)")
_LISTED = re.compile(r"(?:^|[.;:)\n]\s*)\d+[.)]\s")
_UNIT = re.compile(r"(?<=\d )(mg|mcg|g|ml|mL|kg|cm|mm|lb|units)\b|(?<=\d-)(mg|cm|mm|mL|ml)\b")
_OTHER_UNIT = {
    "mg": ("mcg", "g"), "mcg": ("mg",), "g": ("mg",), "ml": ("l",), "mL": ("L",), "kg": ("lb",), "cm": ("mm",),
    "mm": ("cm",), "lb": ("kg",), "units": ("mg",),
}  # fmt: skip
_SIDE = re.compile(
    r"\b(left|right|bilateral)\b(?= (?:\w+ )?(?:knee|hip|leg|foot|ankle|arm|hand|wrist|elbow|shoulder|eye|ear|breast|"
    r"lung|kidney|side|calf|thigh|finger|toe|lower|upper|flank|groin|buttock|jaw|thumb|femur|tibia|humerus)\b)",
    re.IGNORECASE,
)
_OTHER_SIDE = {"left": "right", "right": "left", "bilateral": "left"}
_DENIAL = re.compile(r"\b(no|denies(?: any)?) ((?:\w+ ){0,2}?)(\w+)\b", re.IGNORECASE)
_STATED = re.compile(r"(?:(?<=, )|(?<=^)|(?<=\. )|(?<= with )|(?<= has )|(?<=\n))\w+")
_DENIED = re.compile(r"\b(?:no|not|denie[sd]|deny|without|negative|never|nor|ruled out)\b", re.IGNORECASE)
_PROBLEM_MISFITS = frozenset(
    ["disease", "disorder", "syndrome", "sore", "arrest", "failure", "mass", "lesion", "injury"]
)


def is_fact(statement: str) -> bool:
    """Whether a statement says something of a patient that another's note would not: a name of a thing, or a number."""
    named = frozenset().union(*(read_words(f"{kind}_words") for kind in ("problem", "drug", "device", "procedure")))
    words = re.findall(r"\w+", statement.lower())
    return len(words) > 1 and (bool(named & set(words)) or any(word.isdigit() for word in words))


@dataclass(frozen=True)
class Changed:
    """A summary that was faithful, and where it no longer is."""

    kind: str
    summary: str
    start: int
    end: int


def change(kind: str, summary: str, others: Sequence[str], rng: Random) -> Changed | None:
    """Return a summary with one change of a kind; None where there is nothing to change.

    Args:
        others: statements of other patients' summaries.
    """
    return _CHANGES[kind](summary, others, rng)


def _swapped(kind: str, summary: str, start: int, end: int, text: str) -> Changed:
    return Changed(kind, summary[:start] + text + summary[end:], start, start + len(text))


def _number(summary: str, _: Sequence[str], rng: Random) -> Changed | None:
    listed = {match.start() + at for match in _LISTED.finditer(summary) for at in range(len(match[0]))}
    places = [m for m in _NUMBER.finditer(summary) if m.start() not in listed and m[0] not in ("0", "1")]
    if not places:
        return None
    place = rng.choice(places)
    value = float(place[0])
    other = value
    while other == value or other <= 0:
        other = round(value * rng.choice((0.1, 0.5, 2, 10)) + rng.randint(-3, 3), 1 if "." in place[0] else 0)
    text = f"{other:.1f}" if "." in place[0] else str(int(other))
    return _swapped("number", summary, *place.span(), text)


def _unit(summary: str, _: Sequence[str], rng: Random) -> Changed | None:
    places = list(_UNIT.finditer(summary))
    if not places:
        return None
    place = rng.choice(places)
    return _swapped("unit", summary, *place.span(), rng.choice(_OTHER_UNIT[place[0]]))


def _drug(summary: str, _: Sequence[str], rng: Random) -> Changed | None:
    names = read_words("drug_words")
    places = [m for m in re.finditer(r"\w+", summary) if m[0].lower() in names]
    if not places:
        return None
    place = rng.choice(places)
    other = rng.choice(sorted(names - {m[0].lower() for m in places}))
    return _swapped("drug", summary, *place.span(), other)


def _side(summary: str, _: Sequence[str], rng: Random) -> Changed | None:
    places = list(_SIDE.finditer(summary))
    if not places:
        return None
    place = rng.choice(places)
    return _swapped("side", summary, *place.span(), _OTHER_SIDE[place[0].lower()])


def _negation(summary: str, _: Sequence[str], rng: Random) -> Changed | None:
    """Deny a problem that the summary states, or state one that it denies."""
    names = read_words("problem_words") - _PROBLEM_MISFITS
    denials = [m for m in _DENIAL.finditer(summary) if m[3].lower() in names]
    if denials and rng.random() < 0.5:
        place = rng.choice(denials)
        text = "Has " if place[1][0].isupper() else "has "
        return _swapped("negation", summary, *place.span(), f"{text}{place[2] or ''}{place[3]}")
    stated = [m for m in _STATED.finditer(summary) if m[0].lower() in names and _is_stated(summary, m)]
    if not stated:
        return None
    place = rng.choice(stated)
    return _swapped("negation", summary, *place.span(), f"no {place[0][0].lower()}{place[0][1:]}")


def _is_stated(summary: str, place: re.Match[str]) -> bool:
    before = re.split(r"[.;\n]", summary[: place.start()])[-1]
    return not _DENIED.search(before) and not re.match(r" (?:\d|controlled)", summary[place.end() :])


def _other_patient(summary: str, others: Sequence[str], rng: Random) -> Changed | None:
    fact = rng.choice([other for other in others if is_fact(other)] or ["Acute pancreatitis."])
    joint = " " if summary.rstrip().endswith((".", "!")) else ", "
    start = len(summary.rstrip()) + len(joint)
    return Changed("other patient", summary.rstrip() + joint + fact, start, start + len(fact))


_CHANGES: dict[str, Callable[[str, Sequence[str], Random], Changed | None]] = {
    "number": _number,
    "unit": _unit,
    "drug": _drug,
    "side": _side,
    "negation": _negation,
    "other patient": _other_patient,
}
KINDS = tuple(_CHANGES)
