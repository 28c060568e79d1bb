"""Bringing the patient groups up to date with one batch's coded notes.

Profiles are written first, then the state, then the notes' index, then what is published. Who has to be grouped is told
by comparing profiles with the state, and whose profile a note leaves by the index: so a repeat after a crash at any
point does what is left, and a repeat of what is done writes the same bytes. One batch at a time: the function that
calls this has a reserved concurrency of 1.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.group_patients import GroupChanges, differing, group_patients
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.patient_groups.contributions import Contribution, read_contributions
from notes_pipeline.core.patient_groups.note_index import Index, change_index, current, indexed, partition, read_index
from notes_pipeline.core.patient_groups.profiles import Profile, ProfileChanges, change_profiles
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS, group_rows, patient_rows
from notes_pipeline.core.patient_groups.state import GroupState, read_state, write_state
from notes_pipeline.errors import MissingError
from notes_pipeline.records import NoteCodes, SummaryRecord

_STATE = "groups/state.jsonl.gz"
_PARQUET = "application/vnd.apache.parquet"
# Partitions are read and written by so many threads: each waits for S3 some tens of milliseconds.
_AT_ONCE = 8


@dataclass(frozen=True)
class Regrouped:
    """What a batch did to the groups.

    Attributes:
        notes: of the batch, without superseded ones.
        without_patient: of these, notes that name no patient; they are in no group.
        patients: that were grouped because their profile changed.
        founded, ended: groups by likeness that are new, or are no more.
        regrouped_all: whether all patients were grouped anew.
    """

    notes: int = 0
    without_patient: int = 0
    patients: int = 0
    founded: int = 0
    ended: int = 0
    regrouped_all: bool = False


def regroup(summaries: Bucket, coded: Sequence[tuple[SummaryRecord, NoteCodes]], batch_id: str) -> Regrouped:
    """Bring the groups under `groups/` up to date with a batch; doing it again changes nothing.

    Raises:
        DependencyError: S3 failed; nothing is lost if the batch is given again.
    """
    contributions = read_contributions(coded)
    bodies = _read_index(summaries, _by_partition(contributions))
    index: Index = {}
    for body in bodies.values():
        index |= read_index(body, contributions)
    valid = current(index, contributions.values())
    concerned, profiles = _change_profiles(summaries, _profile_changes(index, valid))
    state = _read_state(summaries)
    changed = differing(state, sorted(concerned), profiles)
    state, changes = group_patients(state, changed)
    if changed:
        _write_changes(summaries, batch_id, changes)
        summaries.write(_STATE, write_state(state), "application/gzip")
    _write_index(summaries, bodies, valid)
    _publish(summaries, state)
    return Regrouped(
        notes=len(contributions),
        without_patient=sum(each.patient is None for each in contributions.values()),
        patients=len(changed),
        founded=len(changes.founded),
        ended=len(changes.ended or {}),
        regrouped_all=changes.regrouped_all,
    )


def _profile_changes(index: Index, contributions: Iterable[Contribution]) -> dict[str, ProfileChanges]:
    """Return what to change by patient uid; a note that is another patient's now is taken from the one who had it."""
    changes: dict[str, ProfileChanges] = {}
    for each in contributions:
        holder = index[each.note_uid].patient_uid if each.note_uid in index else ""
        if each.patient:
            changes.setdefault(each.patient.uid, ProfileChanges()).put.append(each)
        if holder and (each.patient is None or holder != each.patient.uid):
            changes.setdefault(holder, ProfileChanges()).removed.add(each.note_uid)
    return changes


def _change_profiles(
    summaries: Bucket, changes: Mapping[str, ProfileChanges]
) -> tuple[Collection[str], dict[str, Profile]]:
    def change(part: str) -> dict[str, Profile]:
        key = f"groups/profiles/{part}.jsonl"
        body = _read(summaries, key).decode()
        changed, profiles = change_profiles(body, {uid: changes[uid] for uid in parts[part]})
        _write_if_other(summaries, key, body, changed, "application/x-ndjson")
        return profiles

    parts = _by_partition(changes)
    found: dict[str, Profile] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for profiles in pool.map(change, parts):
            found |= profiles
    return changes.keys(), found


def _read_index(summaries: Bucket, parts: Iterable[str]) -> dict[str, str]:
    """Return the index's partitions as text: nearly all of the notes they hold are not the batch's."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(pool.map(lambda part: (part, _read(summaries, _index_key(part)).decode()), parts))


def _write_index(summaries: Bucket, bodies: Mapping[str, str], contributions: Iterable[Contribution]) -> None:
    notes: dict[str, Index] = {part: {} for part in bodies}
    for each in contributions:
        notes[partition(each.note_uid)][each.note_uid] = indexed(each)

    def write(part: str) -> None:
        changed = change_index(bodies[part], notes[part])
        _write_if_other(summaries, _index_key(part), bodies[part], changed, "text/plain")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(write, bodies))


def _index_key(part: str) -> str:
    return f"groups/notes/{part}.txt"


def _by_partition(uids: Iterable[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for uid in sorted(uids):
        parts.setdefault(partition(uid), []).append(uid)
    return parts


def _read_state(summaries: Bucket) -> GroupState:
    body = _read(summaries, _STATE)
    return read_state(body) if body else GroupState()


def _read(summaries: Bucket, key: str) -> bytes:
    try:
        return summaries.read(key)
    except MissingError:
        return b""


def _write_if_other(summaries: Bucket, key: str, before: str, after: str, content_type: str) -> None:
    if after != before:
        summaries.write(key, after.encode(), content_type)


def _write_changes(summaries: Bucket, batch_id: str, changes: GroupChanges) -> None:
    body = json.dumps(asdict(changes), indent=2).encode()
    summaries.write(f"groups/changes/{batch_id}.json", body)


def _publish(summaries: Bucket, state: GroupState) -> None:
    groups = group_rows(state)
    patients = to_parquet(list(patient_rows(state, groups)), PATIENTS)
    summaries.write("groups/current/patients/patients.parquet", patients, _PARQUET)
    summaries.write("groups/current/groups/groups.parquet", to_parquet(groups, GROUPS), _PARQUET)
