"""Dropped files without a subject's records.

A version that holds nothing else is deleted. Another is written anew before it is deleted, and says in its metadata
which drop it stands for: staging then finds that drop done, so that nothing of it comes in twice, and no old text comes
in as a new one. The order of a file's versions stays what it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from chartbrief.operate.forgetting.dropped import without
from chartbrief.operate.forgetting.find_dropped import DroppedVersion, dropped_of
from chartbrief.operate.forgetting.versions import Held, Stored, delete_versions, read_version, stored
from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.core.drop_metadata import STANDS_FOR
from notes_pipeline.core.formats.reading import ReadingRules
from notes_pipeline.core.identify import object_id
from notes_pipeline.models import SourceObject


def rewrite_dropped(table: Table, rules: ReadingRules, dropped: Sequence[DroppedVersion]) -> int:
    """Take records out of dropped files; return how many versions were deleted.

    Files without notes go last: it may be them that say whose the notes are.
    """
    by_key: dict[str, list[DroppedVersion]] = defaultdict(list)
    for each in dropped:
        by_key[each.version.key].append(each)
    some = sorted(by_key.values(), key=lambda found: not any(each.has_notes for each in found))
    return sum(_rewrite(table, rules, each) for each in some)


def _rewrite(table: Table, rules: ReadingRules, dropped: Sequence[DroppedVersion]) -> int:
    bucket, key = dropped[0].version.bucket, dropped[0].version.key
    held = [each for each in stored(bucket, key) if each.key == key]
    mixed = {each.version.version_id: each for each in dropped if each.others}
    going = {each.version.version_id for each in dropped}
    stands_for = {each: _metadata(each).get(STANDS_FOR, "") for each in held if not each.is_marker}
    standing = set(stands_for.values())
    for each, original in stands_for.items():
        if original:
            _known(table, each, each.version_id)  # a call that was cut off may not have come to it
    top = next(each for each in held if each.is_current)
    written = False
    for version in _in_order(held):
        found = mixed.get(version.version_id)
        if found and version.version_id not in standing:
            whole = read_version(version)
            _write(table, version, whole, without(dropped_of(bucket, key, whole, rules), found.numbers))
            written = True
        elif written and version is top and not top.is_marker and version.version_id not in going:
            whole = read_version(version)
            _write(table, version, whole, whole.body)  # it has to stay the newest
    stays = [each for each in held if each.version_id not in going and not each.is_marker]
    is_hidden = written if top.is_marker else top.version_id in going - mixed.keys() and (stays or mixed)
    if is_hidden:
        Bucket(bucket).delete(key)  # what the newest version has replaced does not come back
    if not stays and not mixed:
        going |= {each.version_id for each in held}  # the markers too: the key may name the patient
    return delete_versions(each for each in held if each.version_id in going)


def _in_order(held: Sequence[Stored]) -> list[Stored]:
    """Return the versions, the oldest first; listed they are the newest first."""
    return [each for each in reversed(held) if not each.is_marker]


def _metadata(version: Stored) -> dict[str, str]:
    return dict(Bucket(version.bucket).facts(version.key, version.version_id).metadata)


def _write(table: Table, version: Stored, held: Held, body: bytes) -> None:
    """Write what stands for a version, and let the ledger know of it."""
    asked: Any = {"Metadata": {STANDS_FOR: version.version_id, **held.metadata}}
    if held.media_type:
        asked["ContentType"] = held.media_type
    with translated("S3 PutObject"):
        answer: Any = clients.s3().put_object(Bucket=version.bucket, Key=version.key, Body=body, **asked)
    _known(table, version, answer["VersionId"])


def _known(table: Table, version: Stored, version_id: str) -> None:
    """Say in the ledger that a version holds nothing that would have to be staged."""
    place = {"bucket": version.bucket, "key": version.key, "version_id": version_id}
    row = {"pk": f"OBJECT#{object_id(SourceObject(**place))}", "sk": "OBJECT", "records": 0, **place}
    table.put(row, "attribute_not_exists(pk)")
