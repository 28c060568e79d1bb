"""What an audit says is wrong, and how a question to the evidence becomes such a statement."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from chartbrief.operate.auditing.remedies import REMEDIES
from chartbrief.operate.times import iso

_IDS = ("key", "version_id", "object_id", "record", "note_uid", "content_sha256", "shard", "batch_id")
_FILLED = (*_IDS, "count", "found", "where", "notes", "summaries")


class Kind(StrEnum):
    """What a finding means for the promise that every record ends in one summary or one reason."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    ORPHANED = "orphaned"
    STALE = "stale"
    BOOKS = "books"


class Check(NamedTuple):
    """A question that no row of sound evidence answers.

    Attributes:
        code: stable name, for programs.
        question: SQL; its columns are ids as `Finding` has them, `since`, and what `says` and `todo` fill in.
        says: what is wrong, for people.
        todo: what to do about it, by its name in `remedies`.
    """

    code: str
    kind: Kind
    question: str
    says: str
    todo: str


class Finding(BaseModel):
    """One thing that is wrong: what, where, since when, and what to type.

    Attributes:
        since: ISO time from which on it can have been so.
    """

    model_config = ConfigDict(frozen=True)
    kind: Kind
    code: str
    says: str
    todo: str
    since: str | None = None
    key: str | None = None
    version_id: str | None = None
    object_id: str | None = None
    record: int | str | None = None
    note_uid: str | None = None
    content_sha256: str | None = None
    shard: str | None = None
    batch_id: str | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What two looks at the same thing have in common."""
        return self.code, self.object_id, self.record, self.note_uid, self.content_sha256, self.shard, self.batch_id

    def place(self) -> str:
        """Return where it is, for a person."""
        shown = {name: getattr(self, name) for name in _IDS if getattr(self, name) not in (None, "")}
        return ", ".join(f"{name} {value}" for name, value in shown.items())


def finding_of(check: Check, row: dict[str, Any], names: Mapping[str, str]) -> Finding:
    """Return the finding that an answer to a check's question is.

    Args:
        names: how the deployment and its buckets are called, for `remedies`.
    """
    ids = {name: row[name] for name in _IDS if name in row}
    filled = {**dict.fromkeys(_FILLED, "?"), **row, **names}
    return Finding(
        kind=check.kind,
        code=check.code,
        says=check.says.format_map(filled),
        todo=REMEDIES[check.todo].format_map(filled),
        since=iso(row.get("since")),
        **ids,
    )
