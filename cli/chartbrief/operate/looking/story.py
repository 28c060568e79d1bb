"""What is told of one note, file or batch: facts, a time line, and a table; keys and ids, never a note's text."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Something that happened; `at` is ISO time, or empty where nothing recorded it."""

    model_config = ConfigDict(frozen=True)
    at: str
    what: str


class Story(BaseModel):
    """One subject.

    Attributes:
        facts: by name, in the order in which they are told.
        rows: the subject's parts (a file's records, a batch's shards), all with the same columns.
    """

    model_config = ConfigDict(frozen=True)
    subject: str
    identity: str
    facts: dict[str, str]
    events: tuple[Event, ...] = ()
    rows: tuple[dict[str, str], ...] = ()


def in_order(events: list[Event]) -> tuple[Event, ...]:
    """Return events by their time, those without one last, as they came."""
    return tuple(sorted(events, key=lambda event: (not event.at, event.at)))
