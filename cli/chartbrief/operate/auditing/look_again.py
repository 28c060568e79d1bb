"""The second look: while an audit reads, the pipeline goes on, and what was read first may not fit what was read last.

So everything that a finding is about is read once more, all at once; what is wrong then too is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from chartbrief.operate.auditing.checks import Suspects, Times, identities
from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.auditing.evidence import Evidence, evidence
from chartbrief.operate.auditing.gather_drops import find_stand_ins, take_versions
from chartbrief.operate.auditing.gather_ledger import rows_at, take_down
from chartbrief.operate.auditing.gather_records import (
    REASONS,
    SUMMARIES,
    gather_contents,
    take_reasons,
    take_summaries,
)
from chartbrief.operate.listings import Version, entries, versions

_OBJECTS_OF_NOTE = "SELECT DISTINCT object_id FROM receipts WHERE note_uid = :note_uid"


def confirmed(first: Evidence, suspects: Suspects, deployed: Deployed, times: Times) -> Suspects:
    """Return the suspects that are there at a second look as well."""
    if not suspects.told:
        return suspects
    with evidence() as second:
        _gather(first, second, suspects, deployed)
        # A file that one record is suspected of brings all its records along, and of these not the notes: what seems
        # wrong with them now was not suspected before.
        wanted = {found.identity for found in suspects.told}
        again = {identity for identity in identities(second, times) if identity in wanted}
    return Suspects(tuple(found for found in suspects.told if found.identity in again), suspects.more)


def _gather(first: Evidence, second: Evidence, suspects: Suspects, deployed: Deployed) -> None:
    uids = {found.note_uid for found in suspects.told if found.note_uid}
    objects = {found.object_id for found in suspects.told if found.object_id}
    notes = list(rows_at(deployed.table, ((f"NOTE#{uid}", "NOTE") for uid in sorted(uids))))
    take_down(second, notes)
    objects |= {str(row["object_id"]) for row in notes if "object_id" in row}
    objects |= {row["object_id"] for uid in sorted(uids) for row in first.ask(_OBJECTS_OF_NOTE, {"note_uid": uid})}
    for object_id in sorted(objects):
        for rows in ("OBJECT", "RECORD#"):
            take_down(second, deployed.table.query(f"OBJECT#{object_id}", rows))
    _gather_shards(second, suspects, objects, deployed)
    keys = {row["key"] for row in second.ask("SELECT key FROM objects")} | {found.key for found in suspects.told}
    take_versions(second, deployed.notes.name, _versions_of(deployed.notes.name, sorted(filter(None, keys))))
    summaries = deployed.summaries
    take_summaries(second, summaries, [partial(entries, summaries.name, f"{SUMMARIES}{uid}/") for uid in sorted(uids)])
    take_reasons(second, summaries, [partial(entries, summaries.name, f"{REASONS}{oid}/") for oid in sorted(objects)])
    second.close_gathering()
    find_stand_ins(second, deployed.notes)
    gather_contents(second, deployed.work)
    second.close_contents()


def _gather_shards(second: Evidence, suspects: Suspects, objects: Iterable[str], deployed: Deployed) -> None:
    names = {found.shard for found in suspects.told if found.shard}
    for object_id in sorted(objects):
        names |= {key for key in deployed.work.keys(f"staged/{object_id}/") if not key.endswith(".notes.jsonl")}
    shards = list(rows_at(deployed.table, ((f"SHARD#{name}", "SHARD") for name in sorted(names))))
    take_down(second, shards)
    batches = {str(row["batch_id"]) for row in shards if "batch_id" in row}
    batches |= {found.batch_id for found in suspects.told if found.batch_id}
    take_down(second, rows_at(deployed.table, ((f"BATCH#{name}", "BATCH") for name in sorted(batches))))


def _versions_of(bucket: str, keys: Iterable[str]) -> Iterator[Version]:
    for key in keys:
        for version in versions(bucket, key):
            if version.key != key:
                break  # a longer name that begins so
            yield version
