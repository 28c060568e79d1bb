"""The objects under `groups/` of the summaries bucket: reading and writing them, partition by partition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.patient_groups.note_index import partition
from notes_pipeline.core.patient_groups.profiles import Profile, ProfileChanges, change_profiles
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS, group_rows, patient_rows
from notes_pipeline.core.patient_groups.state import GroupState, read_state
from notes_pipeline.errors import MissingError

STATE = "groups/state.jsonl.gz"
_PARQUET = "application/vnd.apache.parquet"
# Partitions are read and written by so many threads: each waits for S3 some tens of milliseconds.
AT_ONCE = 8


def write_profiles(
    summaries: Bucket, changes: Mapping[str, ProfileChanges]
) -> tuple[Collection[str], dict[str, Profile]]:
    """Change patients' profiles, by patient uid; return whom it concerns, and the profiles that there are of them."""

    def change(part: str) -> dict[str, Profile]:
        key = f"groups/profiles/{part}.jsonl"
        body = _read(summaries, key).decode()
        changed, profiles = change_profiles(body, {uid: changes[uid] for uid in parts[part]})
        write_if_other(summaries, key, body, changed, "application/x-ndjson")
        return profiles

    parts = by_partition(changes)
    found: dict[str, Profile] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for profiles in pool.map(change, parts):
            found |= profiles
    return changes.keys(), found


def read_indexes(summaries: Bucket, parts: Iterable[str]) -> dict[str, str]:
    """Return the index's partitions as text: nearly all of the notes they hold are not the batch's."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(pool.map(lambda part: (part, _read(summaries, index_key(part)).decode()), parts))


def index_key(part: str) -> str:
    """Return the key of a partition of the notes' index."""
    return f"groups/notes/{part}.txt"


def by_partition(uids: Iterable[str]) -> dict[str, list[str]]:
    """Return uids by their partition."""
    parts: dict[str, list[str]] = {}
    for uid in sorted(uids):
        parts.setdefault(partition(uid), []).append(uid)
    return parts


def held_state(summaries: Bucket) -> GroupState:
    """Return the state of the groups."""
    body = _read(summaries, STATE)
    return read_state(body) if body else GroupState()


def _read(summaries: Bucket, key: str) -> bytes:
    try:
        return summaries.read(key)
    except MissingError:
        return b""


def write_if_other(summaries: Bucket, key: str, before: str, after: str, content_type: str) -> None:
    """Write an object if it changed."""
    if after != before:
        summaries.write(key, after.encode(), content_type)


def publish_groups(summaries: Bucket, state: GroupState) -> None:
    """Write the tables of patients and groups."""
    groups = group_rows(state)
    patients = to_parquet(list(patient_rows(state, groups)), PATIENTS)
    summaries.write("groups/current/patients/patients.parquet", patients, _PARQUET)
    summaries.write("groups/current/groups/groups.parquet", to_parquet(groups, GROUPS), _PARQUET)
