"""Taking notes out of the patient groups, for good: for whoever erases a patient; no function does it.

As in `regroup`, profiles come first, then the state, the notes' index, and what is published, so that a repeat does
what is left. Nothing else may change the groups meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection

from notes_pipeline.aws.objects import Bucket
from notes_pipeline.core.group_patients import differing, group_patients
from notes_pipeline.core.patient_groups.note_index import Index, drop_from_index, is_of, read_index
from notes_pipeline.core.patient_groups.profiles import ProfileChanges
from notes_pipeline.core.patient_groups.state import write_state
from notes_pipeline.steps.group_objects import (
    STATE,
    by_partition,
    held_state,
    index_key,
    publish_groups,
    read_indexes,
    write_if_other,
    write_profiles,
)


def forget_notes(summaries: Bucket, versions: Collection[tuple[str, str]], patients: Collection[str]) -> int:
    """Take notes, and patients none of whose notes is left, out of the groups; doing it again changes nothing.

    Args:
        versions: uid and content hash: a note of which another version counts stays.
        patients: uids of those who may have had them.

    Returns:
        How many patients' groups were looked at.
    """
    bodies = read_indexes(summaries, by_partition(uid for uid, _ in versions))
    index: Index = {}
    for body in bodies.values():
        index |= read_index(body, {uid for uid, _ in versions})
    gone = {uid: index[uid].patient_uid for uid, content in versions if uid in index and is_of(index[uid], content)}
    changes = {patient: ProfileChanges() for patient in patients}
    for uid, patient in gone.items():
        if patient:
            changes.setdefault(patient, ProfileChanges()).removed.add(uid)
    concerned, profiles = write_profiles(summaries, changes)
    state = held_state(summaries)
    changed = differing(state, sorted(concerned), profiles)
    state, _ = group_patients(state, changed)
    if changed:
        summaries.write(STATE, write_state(state), "application/gzip")
    for part, body in bodies.items():
        write_if_other(summaries, index_key(part), body, drop_from_index(body, gone), "text/plain")
    if state.patients or changed:
        publish_groups(summaries, state)
    return len(changed)
