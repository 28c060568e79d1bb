"""Times as HL7 v2 writes them → ISO 8601, as precise as they were (chapter 2A, data types DTM and TS)."""

from __future__ import annotations

import re
from datetime import datetime

_TIME = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)"
    r"(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?P<part>\.\d{1,6})?)?)?)?)?)?(?P<offset>[+-]\d{4})?",
    re.ASCII,
)
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_FARTHEST = 1400  # offset from UTC, as it is written


def iso_time(text: str) -> str | None:
    """Return a time in ISO 8601, with its own offset if it has one; None for what is no time.

    The offset of another field (MSH-7) is not taken for it, though HL7 says so: senders write their system's time zone
    there, and the laboratory's or the ward's local time here.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        return text.strip() if _is_iso(text.strip()) else None
    year, month, day, hour, minute, second = (found[name] for name in _PARTS)
    try:
        datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    date = "-".join(part for part in (year, month, day) if part)
    if not hour:
        return date
    clock = f"{hour}:{minute or '00'}" + (f":{second}{found['part'] or ''}" if second else "")
    return f"{date}T{clock}{_offset(found['offset'] or '')}"


def _offset(text: str) -> str:
    return f"{text[:3]}:{text[3:]}" if text and int(text[1:]) <= _FARTHEST else ""


def _is_iso(text: str) -> bool:
    """Say whether it is ISO 8601 already, which some senders write."""
    if not re.match(r"\d{4}-\d\d", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
