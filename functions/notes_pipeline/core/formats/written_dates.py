"""Dates as people and programs write them → ISO 8601, where they can mean one day only."""

from __future__ import annotations

import re
from datetime import datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>\d{4})"
_TIME = (
    r"(?:(?:\s*,)?(?:\s+at)?[\sT]+(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:\.\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_FORMS = tuple(
    re.compile(rf"{form}{_TIME}", re.I | re.A)
    for form in (
        rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})",
        rf"{_YEAR}/(?P<month>\d{{2}})/(?P<day>\d{{2}})",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
        rf"(?:[a-z]{{3,9}},?\s+)?{_DAY}[\s-]+{_MONTH}[\s,-]+{_YEAR}",
        rf"(?:[a-z]{{3,9}},?\s+)?{_MONTH}\s+{_DAY},?\s+{_YEAR}",
    )
)
# As HL7 v2 writes a moment, with nothing between day and hour.
_TOGETHER = re.compile(r"(\d{8})(\d{4}(?:\d{2})?)((?:\.\d+)?[+-]\d{4})?", re.A)


def iso_date(text: str) -> str:
    """Return a date, or a moment, in ISO 8601, as precise as it is said and with its offset if it has one.

    What could be two days (`03/04/2024`), and what is none, comes back as it is.
    """
    wanted = " ".join(text.split())
    together = _TOGETHER.fullmatch(wanted)
    if together:
        wanted = " ".join(filter(None, together.groups()))
    found = next(filter(None, (form.fullmatch(wanted) for form in _FORMS)), None)
    return (_written(found) if found else None) or text


def _written(found: re.Match[str]) -> str | None:
    parts = found.groupdict()
    name = parts["month"].lower()[:3]
    month = _MONTHS.index(name) + 1 if name in _MONTHS else int(name)
    hour = _hour(parts["hour"], (parts["half"] or "").lower()[:1])
    try:
        moment = datetime(
            int(parts["year"]),
            month,
            int(parts["day"]),
            hour or 0,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
        )
    except ValueError:
        return None
    if hour is None:
        return moment.date().isoformat()
    return moment.isoformat("T", "seconds" if parts["second"] else "minutes") + _offset(parts["zone"])


def _hour(digits: str | None, half: str) -> int | None:
    """Return the hour of 24; one that a half of the day cannot have is over 24."""
    if digits is None:
        return None
    if not half:
        return int(digits)
    return int(digits) % 12 + (12 if half == "p" else 0) if 1 <= int(digits) <= 12 else 99


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    return f"{zone[:3]}:{zone[-2:]}" if zone[0] in "+-" else "+00:00"
