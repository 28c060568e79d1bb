"""What the records of a journal say, and the state that all of them together come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chartbrief.local_cloud.journal import Place

# First items of effects: an object's versions, a row, a message sent, received, gone, a run's report, a fresh journal.
OBJECT, ROW, SENT, RECEIVED, GONE, REPORTED, REWRITTEN = "o", "r", "m", "c", "d", "t", "w"
# Where a version's body lies: in the bodies of this record, or anywhere in the journal.
HERE, BEFORE = 0, 1
# A key of DynamoDB: its type and its value.
RowKey = tuple[str, Any]


@dataclass
class State:
    """The state of the local AWS.

    Attributes:
        objects: bucket and key → versions, oldest first, with the place of each body.
        rows: table, partition and sort key → row, in DynamoDB's types.
        messages: queue → message id → message.
        serial: number of the last version that came.
        reported: number of the last version that a run has told about.
        rewritten: length of the journal when it was last written anew.
        deleted: something was deleted whose body is in the journal still.
    """

    objects: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    rows: dict[tuple[str, RowKey, RowKey], dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    serial: int = 0
    reported: int = 0
    rewritten: int = 0
    deleted: bool = False

    def _object(self, bucket: str, key: str, versions: list[dict[str, Any]], bodies_at: int) -> None:
        for version in versions:
            self.serial = max(self.serial, version["n"])
            if "b" in version:
                version["b"] = absolute(version["b"], bodies_at)
        before = {version["v"] for version in self.objects.pop((bucket, key), [])}
        self.deleted = self.deleted or not before <= {version["v"] for version in versions}
        if versions:
            self.objects[bucket, key] = versions

    def _row(self, table: str, hash_key: list[Any], range_key: list[Any], row: dict[str, Any] | None, _: int) -> None:
        keys = table, (hash_key[0], hash_key[1]), (range_key[0], range_key[1])
        if row is None:
            self.rows.pop(keys, None)
        else:
            self.rows[keys] = row

    def _sent(self, queue: str, message: dict[str, Any], _: int) -> None:
        self.messages.setdefault(queue, {})[message["id"]] = message

    def _received(self, queue: str, message_id: str, count: int, _: int) -> None:
        self.messages[queue][message_id]["count"] = count

    def _gone(self, queue: str, message_id: str, _: int) -> None:
        self.messages.get(queue, {}).pop(message_id, None)

    def _reported(self, reported: int, serial: int, _: int) -> None:
        self.reported, self.serial = reported, max(self.serial, serial)

    def _rewritten(self, bodies_at: int) -> None:
        self.rewritten = bodies_at

    def apply(self, effect: list[Any], bodies_at: int) -> None:
        """Apply one effect of a record whose bodies begin there."""
        _APPLY[effect[0]](self, *effect[1:], bodies_at)


def absolute(place: list[int], bodies_at: int) -> Place:
    """Return where a body lies in the journal, from what its record says and where that record's bodies begin."""
    kind, offset, length = place
    return Place(offset + (bodies_at if kind == HERE else 0), length)


_APPLY: dict[str, Callable[..., None]] = {
    OBJECT: State._object,
    ROW: State._row,
    SENT: State._sent,
    RECEIVED: State._received,
    GONE: State._gone,
    REPORTED: State._reported,
    REWRITTEN: State._rewritten,
}


def replay(records: Iterable[tuple[list[Any], int]]) -> State:
    """Return the state that a journal's records come to."""
    state = State()
    for effects, bodies_at in records:
        for effect in effects:
            state.apply(effect, bodies_at)
    return state
