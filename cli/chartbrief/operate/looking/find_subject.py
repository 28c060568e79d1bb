"""What a person means: a batch, a file or a note, by whatever they know it by; without reading the whole ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.auditing.gather_drops import NULL_VERSION
from chartbrief.operate.listings import versions
from chartbrief.operate.looking.batch_story import batch_story
from chartbrief.operate.looking.note_story import note_story
from chartbrief.operate.looking.object_story import object_story
from chartbrief.operate.looking.story import Story
from notes_pipeline.aws import clients
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.objects import bucket_and_key
from notes_pipeline.core.identify import DEFAULT_SYSTEM, INCOMING, URGENT, digest, object_id
from notes_pipeline.models import SourceObject

_ID_DIGITS, _FEWEST_DIGITS = 32, 6
_HEX = re.compile("[0-9a-f]+")
_BATCH = "cb-"
# Of what begins as a person typed it, so many are shown.
_MOST_ALIKE = 20


def find_stories(deployed: Deployed, wanted: str, system: str = "") -> list[Story]:
    """Return the stories of everything that a person may mean, empty if there is none.

    Args:
        system: source system of a note id; by default all that files were dropped of.
    """
    if wanted.startswith(_BATCH):
        found = batch_story(deployed, wanted)
        return [found] if found else []
    if wanted.startswith("s3://"):
        bucket, wanted = bucket_and_key(wanted)
        if bucket == deployed.summaries.name:
            wanted = wanted.removeprefix("by_note/").removeprefix("quarantine/").partition("/")[0]
    return (
        _by_identity(deployed, wanted)
        or list(_by_note_id(deployed, wanted, system))
        or list(_by_key(deployed, wanted))
        or list(_by_beginning(deployed, wanted))
    )


def systems(deployed: Deployed) -> list[str]:
    """Return the source systems of which the bucket holds files."""
    found = {DEFAULT_SYSTEM: None}
    for folder in (INCOMING, INCOMING + URGENT):
        found |= dict.fromkeys(_folders(deployed.notes.name, folder))
    return [name for name in found if name != URGENT.rstrip("/")]


def _by_identity(deployed: Deployed, wanted: str) -> list[Story]:
    if len(wanted) != _ID_DIGITS or not _HEX.fullmatch(wanted):
        return []
    return [story for story in (note_story(deployed, wanted), object_story(deployed, wanted)) if story]


def _by_note_id(deployed: Deployed, note_id: str, system: str) -> Iterator[Story]:
    for name in [system] if system else systems(deployed):
        story = note_story(deployed, digest(name, note_id)[:_ID_DIGITS])
        if story:
            yield story.model_copy(update={"facts": {"note id": f"{note_id} of {name}", **story.facts}})


def _by_key(deployed: Deployed, wanted: str) -> Iterator[Story]:
    key = wanted if wanted.startswith(INCOMING) else INCOMING + wanted
    for version in versions(deployed.notes.name, key):
        if version.key != key:
            return
        ids = ["", NULL_VERSION] if version.version_id == NULL_VERSION else [version.version_id]
        for name in ids:
            identity = object_id(SourceObject(bucket=deployed.notes.name, key=key, version_id=name))
            found = (key, version.version_id, version.modified) if name == ids[-1] else None
            story = object_story(deployed, identity, found)
            if story:
                yield story
                break


def _by_beginning(deployed: Deployed, wanted: str) -> Iterator[Story]:
    if len(wanted) < _FEWEST_DIGITS or not _HEX.fullmatch(wanted):
        return
    for uid in _folders(deployed.summaries.name, f"by_note/{wanted}"):
        story = note_story(deployed, uid)
        if story:
            yield story
    places = ((deployed.summaries.name, "quarantine/"), (deployed.work.name, "staged/"))
    for identity in dict.fromkeys(name for bucket, place in places for name in _folders(bucket, place + wanted)):
        story = object_story(deployed, identity)
        if story:
            yield story


def _folders(bucket: str, prefix: str) -> list[str]:
    """Return the names of the folders whose paths begin so."""
    with translated("S3 ListObjectsV2"):
        answer = clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=1000)
    found = [item["Prefix"].rstrip("/").rpartition("/")[2] for item in answer.get("CommonPrefixes", [])]
    return found if prefix.endswith("/") else found[:_MOST_ALIKE]
