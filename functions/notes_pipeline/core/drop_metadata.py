"""What a dropped file says of itself in its S3 user metadata, where the event about it says otherwise or nothing.

A copy of an old file is a new object with a time of its own; without this, a backfilled text would count as the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from notes_pipeline.models import SourceObject

# When the file was written first, ISO 8601: set on copies.
WRITTEN_AT = "written-at"
# The version id of the drop that a file stands for: set on a file from which records were erased.
STANDS_FOR = "stands-for-version"


def as_told(source: SourceObject, metadata: Mapping[str, str]) -> SourceObject:
    """Return a drop with the time at which its file says it was written, if that is before the drop.

    S3's order of writes is then no order of the texts any more, and is left out.
    """
    written = _utc(metadata.get(WRITTEN_AT, ""))
    if not written or (source.event_time and written >= source.event_time):
        return source
    return source.model_copy(update={"event_time": written, "sequencer": ""})


def stands_for(source: SourceObject, metadata: Mapping[str, str]) -> SourceObject | None:
    """Return the drop that a file stands for, or None for a drop of its own."""
    version = metadata.get(STANDS_FOR, "")
    return source.model_copy(update={"version_id": version}) if version else None


def event_time(at: datetime) -> str:
    """Return a time as S3's events write it, so that the two compare as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return event_time(found if found.tzinfo else found.replace(tzinfo=UTC))
