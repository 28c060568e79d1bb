"""Hours of the day in which nothing starts that can wait: `22:00-06:00`, in UTC or with a time zone behind it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notes_pipeline.models import Frozen

_FORM = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})(?: ([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*))?")


class QuietHours(Frozen):
    """A span of the day; one that ends before it begins goes over midnight."""

    begins: time
    ends: time
    zone: str = ""

    def holds_at(self, moment: datetime) -> bool:
        """Say whether a moment (with its time zone) is in the span; its first minute is, its last is not."""
        local = moment.astimezone(_zone(self.zone)).time()
        if self.begins < self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def read_quiet_hours(text: str) -> QuietHours | None:
    """Return the quiet hours that a parameter gives; None if it is empty.

    Raises:
        ValueError: it gives no such span, a span without length, or an unknown time zone.
    """
    if not text:
        return None
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError("quiet hours look like 22:00-06:00, perhaps with a time zone: 22:00-06:00 Europe/Berlin")
    begins, ends = time.fromisoformat(found[1]), time.fromisoformat(found[2])
    if begins == ends:
        raise ValueError("quiet hours begin and end at different times")
    try:
        _zone(zone := found[3] or "")
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(f"there is no time zone {zone}") from None
    return QuietHours(begins=begins, ends=ends, zone=zone)


def _zone(name: str) -> tzinfo:
    return ZoneInfo(name) if name else UTC
