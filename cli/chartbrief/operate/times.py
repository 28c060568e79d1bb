"""Times as operators' commands read and show them."""

from __future__ import annotations

from datetime import UTC, datetime

from chartbrief.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def seconds_of(text: str | None) -> float | None:
    """Return an ISO 8601 time in seconds since 1970; None for none, or for what is no time."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def iso(seconds: float | None) -> str | None:
    """Return a time in seconds since 1970 as ISO 8601, to the second."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def spoken(seconds: float) -> str:
    """Return a duration in seconds for a person: its two largest units."""
    left, parts = round(seconds), []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


def duration(text: str) -> float:
    """Return the seconds that `90`, `90s`, `15m`, `2h` or `3d` stands for.

    Raises:
        UsageError: it is none of these.
    """
    number, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS else (text, "s")
    if not number.isdigit():
        raise UsageError(f'"{text}" is no duration: write 90s, 15m, 2h or 3d.')
    return float(number) * _UNITS[unit]
