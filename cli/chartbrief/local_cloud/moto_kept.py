"""The local AWS's durable state: every change of its buckets, ledger and queues, in a journal before it is answered.

A request's changes to all services are one record, so whatever moment a process is killed at, what is read again is the
state after some request: nothing that was answered is missing, and no service is ahead of another. Messages that were
given out and not deleted are there again. What is made from the template (buckets, tables, queues, rules, keys) is made
from it each time, and is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartbrief.local_cloud import kept_records as records
from chartbrief.local_cloud.journal import Journal, StateError
from chartbrief.local_cloud.moto_load import load_state
from chartbrief.local_cloud.moto_stores import find_queues, find_tables, s3_store, write_message
from chartbrief.local_cloud.moto_touched import Gone, Received, Sent, Touched, note_changes
from chartbrief.local_cloud.moto_versions import write_versions
from chartbrief.local_cloud.record_bodies import RecordBodies

_RECORD_EFFECTS, _RECORD_BYTES = 1000, 1 << 22
# A journal is written anew when it has doubled, and that is worth it.
_GROWTH, _LEAST_GROWTH = 2, 64 << 20


class Kept:
    """moto's stores and the journal that follows them."""

    def __init__(self, path: Path) -> None:
        """Take up what a journal holds, and follow every change from here on.

        Raises:
            StateError: the journal cannot be used, or holds what the template does not have.
        """
        self._journal = Journal(path)
        self._touched, self._bodies = Touched(), RecordBodies(self._journal)
        try:
            state = records.replay(self._journal.records())
            load_state(state, self._journal)
        except StateError:
            self._journal.close()
            raise
        self._serial, self._reported = state.serial, state.reported
        self._rewritten, self._touched.deleted = state.rewritten, state.deleted
        self._noting = note_changes(self._touched)

    @property
    def is_new(self) -> bool:
        """Say whether nothing was ever kept here."""
        return self._journal.is_empty

    def close(self) -> None:
        """Follow no more; bodies cannot be read any more either."""
        self._noting.close()
        self._journal.close()

    def write_changes(self) -> None:
        """Write what the request that was just made has changed."""
        if not self._touched:
            return
        effects = [self._object(*names) for names in self._touched.objects]
        effects += [_row(*keys) for keys in self._touched.rows]
        effects += [_message(event) for event in self._touched.messages]
        self._touched.forget()
        self._bodies.append(effects)

    def mark_reported(self) -> None:
        """Note that a run has told what became of everything that was dropped so far."""
        self._reported = self._serial
        self._bodies.append([[records.REPORTED, self._reported, self._serial]])

    def unreported(self, bucket: str) -> list[Any]:
        """Return the versions of a bucket's objects that came since the last report, in the order of their coming."""
        lists = dict.values(s3_store().buckets[bucket].keys)
        versions = [v for listed in lists for v in listed if v.serial > self._reported and hasattr(v, "contentsize")]
        return sorted(versions, key=lambda version: version.serial)

    def settle(self) -> None:
        """Leave a journal without anything that was deleted, and not much longer than it need be."""
        if self._touched.deleted or self._journal.end > _GROWTH * self._rewritten + _LEAST_GROWTH:
            self.rewrite()
        self._journal.sync()

    def rewrite(self) -> None:
        """Write the journal anew with nothing but the present state; it is replaced whole or not at all."""
        old, path = self._journal, self._journal.path
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        self._journal = Journal(fresh)
        self._bodies = RecordBodies(self._journal)
        effects: list[Any] = [[records.REPORTED, self._reported, self._serial]]
        for effect in self._everything():
            effects.append(effect)
            if len(effects) >= _RECORD_EFFECTS or self._bodies.waiting >= _RECORD_BYTES:
                self._bodies.append(effects)
                effects = []
        self._bodies.append([*effects, [records.REWRITTEN]])
        self._journal.replace(path)
        old.close()
        self._rewritten, self._touched.deleted = self._journal.end, False

    def _everything(self) -> Iterator[list[Any]]:
        for name, bucket in s3_store().buckets.items():
            for key in dict.keys(bucket.keys):
                yield self._object(name, key)
        for table in find_tables().values():
            for item in table.all_items():
                yield _row(table.name, item.hash_key, item.range_key)
        for queue in find_queues().values():
            for message in queue._messages:
                yield _message(Sent(queue.name, message))

    def _object(self, bucket: str, key: str) -> list[Any]:
        versions = s3_store().buckets[bucket].keys.getlist(key, [])
        for version in versions:
            if not hasattr(version, "serial"):
                self._serial += 1
                version.serial = self._serial
        written = write_versions(versions, self._bodies.place)
        return [records.OBJECT, bucket, key, written]


def _row(table: str, hash_key: Any, range_key: Any) -> list[Any]:
    item = find_tables()[table].get_item(hash_key, range_key)
    keys = [[key.type, key.value] if key else ["", ""] for key in (hash_key, range_key)]
    return [records.ROW, table, *keys, item and item.to_json()["Attributes"]]


def _message(event: Sent | Received | Gone) -> list[Any]:
    if isinstance(event, Sent):
        return [records.SENT, event.queue, write_message(event.message)]
    if isinstance(event, Received):
        return [records.RECEIVED, event.queue, event.message_id, event.times]
    return [records.GONE, event.queue, event.message_id]
