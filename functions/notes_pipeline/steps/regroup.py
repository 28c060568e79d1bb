"""Bringing the patient groups up to date with one batch's coded notes.

Profiles are written first, then the state, then the notes' index, then what is published. Who has to be grouped is told
by comparing profiles with the state, and whose profile a note leaves by the index: so a repeat after a crash at any
point does what is left, and a repeat of what is done writes the same bytes. One batch at a time: the function that
calls this has a reserved concurrency of 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.group_patients import GroupChanges, differing, group_patients
from notes_pipeline.core.patient_groups.contributions import Contribution, read_contributions
from notes_pipeline.core.patient_groups.note_index import (
    Index,
    change_index,
    current,
    indexed,
    partition,
    read_index,
)
from notes_pipeline.core.patient_groups.profiles import ProfileChanges
from notes_pipeline.core.patient_groups.state import write_state
from notes_pipeline.records import NoteCodes, SummaryRecord
from notes_pipeline.steps.group_objects import (
    AT_ONCE,
    STATE,
    by_partition,
    held_state,
    index_key,
    publish_groups,
    read_indexes,
    write_if_other,
    write_profiles,
)


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
    bodies = read_indexes(summaries, by_partition(contributions))
    index: Index = {}
    for body in bodies.values():
        index |= read_index(body, contributions)
    valid = current(index, contributions.values())
    concerned, profiles = write_profiles(summaries, _profile_changes(index, valid))
    state = held_state(summaries)
    changed = differing(state, sorted(concerned), profiles)
    state, changes = group_patients(state, changed)
    if changed:
        _write_changes(summaries, batch_id, changes)
        summaries.write(STATE, write_state(state), "application/gzip")
    _write_index(summaries, bodies, valid)
    publish_groups(summaries, state)
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


def _write_index(summaries: Bucket, bodies: Mapping[str, str], contributions: Iterable[Contribution]) -> None:
    notes: dict[str, Index] = {part: {} for part in bodies}
    for each in contributions:
        notes[partition(each.note_uid)][each.note_uid] = indexed(each)

    def write(part: str) -> None:
        changed = change_index(bodies[part], notes[part])
        write_if_other(summaries, index_key(part), bodies[part], changed, "text/plain")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(write, bodies))


def _write_changes(summaries: Bucket, batch_id: str, changes: GroupChanges) -> None:
    body = json.dumps(asdict(changes), indent=2).encode()
    summaries.write(f"groups/changes/{batch_id}.json", body)
