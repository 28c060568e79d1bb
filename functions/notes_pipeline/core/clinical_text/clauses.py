"""Clauses: the stretches of a note that a trigger such as "no" can reach over."""

from __future__ import annotations

import re
from typing import NamedTuple

from notes_pipeline.core.clinical_text.tokens import lowered

# A full stop ends a clause unless it stands in a number, or behind a title or a single letter.
_END = re.compile(r"(?<!\b[a-z])(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bvs)\.(?=\s|$)|[!?;]+(?=\s|$)|;|\n+")
_SPEAKER = re.compile(r"\s*(?:\[[a-z ]{2,20}\]|(?:doctor|patient|nurse|rn|clinician|guest_\w+|dictating|md|pt)\s*:)\s*")
_HEADINGS = (
    ("family", re.compile(r"\s*(?:family (?:medical )?(?:history|hx)|fh|fhx|famhx)\s*[:\-]")),
    (
        "historical",
        re.compile(
            r"\s*(?:past (?:medical|surgical) (?:history|hx)|pmh|pmhx|psh|medical history|surgical history)\s*[:\-]"
        ),
    ),
)
_ANY_HEADING = re.compile(r"\s*[a-z][a-z /&()-]{1,40}:(?=\s|$)")


class Clause(NamedTuple):
    """A clause, lower-cased, at `text[start:end]`.

    Attributes:
        heading: category of the heading it stands under; "" for most.
        speaker: who says it, in a dialogue; "" elsewhere.
    """

    text: str
    start: int
    end: int
    is_question: bool
    heading: str
    speaker: str


def read_clauses(text: str) -> list[Clause]:
    """Return a text's clauses in order, without those that hold nothing."""
    lower = lowered(text)
    clauses: list[Clause] = []
    start, heading, who = 0, "", ""
    for end, after in [*((match.start(), match.end()) for match in _END.finditer(lower)), (len(lower), len(lower))]:
        heading = _heading(lower, start, end, heading)
        speaker = _SPEAKER.match(lower, start, end)
        begin = speaker.end() if speaker else start
        who = speaker[0].strip(" \n[]:") if speaker else who
        if lower[begin:end].strip():
            clauses.append(Clause(lower[begin:end], begin, end, "?" in lower[end:after], heading, who))
        if "\n\n" in lower[end:after]:
            heading = ""
        start = after
    return clauses


def _heading(text: str, start: int, end: int, current: str) -> str:
    for category, pattern in _HEADINGS:
        if pattern.match(text, start, end):
            return category
    return "" if _ANY_HEADING.match(text, start, end) else current
