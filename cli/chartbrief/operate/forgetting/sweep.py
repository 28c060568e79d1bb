"""Going through all versions under a prefix: what goes is deleted for good, what holds others' too is written anew."""

from __future__ import annotations

from collections.abc import Callable

from chartbrief.operate.forgetting.clean import Cleaner
from chartbrief.operate.forgetting.find import bodies
from chartbrief.operate.forgetting.versions import Stored, delete_versions, stored
from notes_pipeline.aws.inference import JSON_LINES
from notes_pipeline.aws.objects import Bucket

_TYPES = {".parquet": "application/vnd.apache.parquet", ".jsonl": JSON_LINES}


def sweep(
    bucket: str, prefix: str, cleaner: Cleaner, *, dry_run: bool, only: Callable[[str], bool] = lambda _: True
) -> int:
    """Take the subject out of every version under a prefix; return how many versions hold something of it.

    The current version of an object that others have something in is written anew before the old one goes: a reader
    finds the one or the other.
    """
    going: list[Stored] = []
    mixed: list[Stored] = []
    for version in stored(bucket, prefix):
        if only(version.key) and cleaner.is_doomed(version.key):
            going.append(version)
        elif only(version.key) and not version.is_marker and cleaner.holds_others(version.key):
            mixed.append(version)
    for version, held in bodies(mixed):
        cleaned = cleaner.cleaned(version.key, held.body)
        if cleaned is not None:
            if version.is_current and not dry_run:
                ending = version.key[version.key.rindex(".") :]
                Bucket(bucket).write(version.key, cleaned, _TYPES.get(ending, "application/json"))
            going.append(version)
    return len(going) if dry_run else delete_versions(going)


def delete_old_versions(bucket: str, prefix: str) -> int:
    """Delete what is not current any more under a prefix; return how many versions."""
    return delete_versions([version for version in stored(bucket, prefix) if not version.is_current])
