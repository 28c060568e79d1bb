"""Dates, as far as a text gives them: numeric, with a month's name, or dictated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from notes_pipeline.core.clinical_text.numbers import Number
from notes_pipeline.core.clinical_text.tokens import Token

_NUMERIC = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b|\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})/(\d{4})\b")
_MONTHS_IN_ORDER = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = _MONTHS_IN_ORDER.split()
_MONTH = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?"
)
_NEAR = 3


class Date(NamedTuple):
    """A date and where it stands; None for what the text leaves out. Years have two digits."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int

    def agrees(self, other: Date) -> bool:
        """Whether two dates differ in nothing that both give, and share a part."""
        pairs = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        given = [(a, b) for a, b in pairs if a is not None and b is not None]
        return bool(given) and all(a == b for a, b in given)


def read_dates(text: str, tokens: Sequence[Token], numbers: Sequence[Number]) -> list[Date]:
    """Return a text's dates in order; month before day where only numbers tell, and the reverse where they cannot."""
    return sorted([*_numeric(text), *_named(tokens, numbers)], key=lambda date: date.start)


def _numeric(text: str) -> list[Date]:
    found = []
    for match in _NUMERIC.finditer(text):
        first, second, year, *rest = (int(part) if part else None for part in match.groups())
        iso_year, iso_month, iso_day, month_alone, year_alone = rest
        month, day = (second, first) if first and first > 12 else (first, second)
        whole = next(year for year in (year, iso_year, year_alone) if year is not None)
        place = (match.start(), match.end())
        found.append(Date(whole % 100, month or iso_month or month_alone, day or iso_day, *place))
    return found


def _named(tokens: Sequence[Token], numbers: Sequence[Number]) -> list[Date]:
    found = []
    for at, token in enumerate(tokens):
        if not _MONTH.fullmatch(token.text):
            continue
        near = [n for n in numbers if -_NEAR <= n.last - at <= _NEAR + 2 and n.first - at <= _NEAR]
        if not near:
            continue  # "may" alone is a verb
        values = [int(v) for n in near for v in n.values]
        day = next((v for v in values if 1 <= v <= 31), None)
        year = next((v % 100 for v in values if 1900 <= v <= 2100), None)
        if day or year is not None:
            spans = [(token.start, token.end), *((n.start, n.end) for n in near)]
            month = _MONTHS.index(token.text[:3]) + 1
            found.append(Date(year, month, day, min(s for s, _ in spans), max(e for _, e in spans)))
    return found
