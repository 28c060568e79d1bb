"""Objects' bodies on their way into a journal."""

from __future__ import annotations

from typing import Any

from chartbrief.local_cloud.journal import Journal
from chartbrief.local_cloud.kept_records import BEFORE, HERE, absolute
from chartbrief.local_cloud.moto_versions import KeptBody, keep_body


class RecordBodies:
    """Bodies that go into the next record of a journal, and the versions that wait to read theirs from there."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._bodies: list[bytes] = []
        self._versions: dict[int, tuple[Any, list[int]]] = {}
        self.waiting = 0

    def place(self, version: Any, before: Any) -> list[int]:
        """Return where a version's body lies or will lie; one that its predecessor has too is not written twice."""
        kept = version._value_buffer
        if isinstance(kept, KeptBody) and kept.journal is self._journal:
            return [BEFORE, *kept.place]
        if id(version) in self._versions:
            return self._versions[id(version)][1]
        body = version.value
        if (
            before is not None
            and (before.contentsize, before.etag) == (len(body), version.etag)
            and before.value == body
        ):
            place = self.place(before, None)
        else:
            place = [HERE, self.waiting, len(body)]
            self._bodies.append(body)
            self.waiting += len(body)
        self._versions[id(version)] = version, place
        return place

    def append(self, effects: list[Any]) -> None:
        """Write a record, and let the versions that are in it read their bodies from it."""
        begin = self._journal.append(effects, self._bodies)
        for version, place in self._versions.values():
            keep_body(version, KeptBody(self._journal, absolute(place, begin)))
        self._bodies, self._versions, self.waiting = [], {}, 0
