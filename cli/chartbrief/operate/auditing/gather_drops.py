"""What was dropped, as evidence: the versions that the bucket holds, or that an inventory of it lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from chartbrief.operate.auditing.evidence import Evidence, Fact
from chartbrief.operate.listings import Version
from chartbrief.operate.streams import merged
from notes_pipeline.aws.note_batches import in_batches
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.drop_metadata import stands_for
from notes_pipeline.core.identify import object_id
from notes_pipeline.errors import MissingError
from notes_pipeline.models import SourceObject

NULL_VERSION = "null"
_TOGETHER = 500
_READERS = 16
_UNKNOWN = """
    SELECT v.key, v.version_id FROM versions v
    WHERE NOT EXISTS (SELECT 1 FROM objects o WHERE o.object_id = v.object_id)
"""


def take_versions(evidence: Evidence, bucket: str, versions: Iterable[Version]) -> int:
    """Take versions down; return how many they are."""
    count = 0
    for some in in_batches(versions, _TOGETHER):
        evidence.add("versions", [_fact(bucket, version) for version in some])
        count += len(some)
    return count


def find_stand_ins(evidence: Evidence, notes: Bucket) -> None:
    """Ask every version that the ledger does not know whether it stands for one that it does.

    A file from which records were erased is a new version that stands for the drop it was; it has no row of its own.
    """
    unknown = [partial(_stand_in, notes, row["key"], row["version_id"]) for row in evidence.ask(_UNKNOWN)]
    for found in merged(unknown, _READERS):
        evidence.rename_versions(found)


def _stand_in(notes: Bucket, key: str, version_id: str) -> Iterator[tuple[str, str, str]]:
    try:
        metadata = notes.facts(key, "" if version_id == NULL_VERSION else version_id).metadata
    except MissingError:
        return
    original = stands_for(SourceObject(bucket=notes.name, key=key), metadata)
    if original:
        yield object_id(original), key, version_id


def _fact(bucket: str, version: Version) -> Fact:
    # Events about objects of a bucket without versions name no version, and those of one that keeps none now may say
    # "null".
    names = [version.version_id] if version.version_id != NULL_VERSION else ["", NULL_VERSION]
    ids = [object_id(SourceObject(bucket=bucket, key=version.key, version_id=name)) for name in names]
    return ids[0], ids[1] if len(ids) > 1 else None, version.key, version.version_id, version.modified
