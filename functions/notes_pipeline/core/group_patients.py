"""Groups of patients with similar diagnoses, brought up to date with the patients that a batch changed.

Called by `steps/regroup.py` behind the checked summaries and their codes. Every patient with a code is in the group of
each of its categories; by likeness of the whole profile a patient is in one group at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from notes_pipeline.core.patient_groups.cluster import Likeness, Vectors, centre_of, cluster
from notes_pipeline.core.patient_groups.keep_ids import keep_ids
from notes_pipeline.core.patient_groups.profiles import Profile
from notes_pipeline.core.patient_groups.state import GroupedPatient, GroupState
from notes_pipeline.core.patient_groups.update import update
from notes_pipeline.core.patient_groups.vectors import cosine, vectors

_DIGITS = 4


@dataclass(frozen=True)
class Regrouping:
    """When all patients are grouped anew, instead of only those that changed.

    Attributes:
        few: so few patients are grouped anew every time: it takes a second or two.
        changed: as soon as changes since the last time come to this share of the patients.
    """

    few: int = 2000
    changed: float = 0.2


@dataclass(frozen=True)
class GroupChanges:
    """What became of group ids. An ended group's members are for the most part in its successor ("" for none)."""

    founded: tuple[str, ...] = ()
    ended: Mapping[str, str] | None = None
    regrouped_all: bool = False


def differing(state: GroupState, uids: Iterable[str], profiles: Mapping[str, Profile]) -> dict[str, Profile | None]:
    """Return those patients whose profile is not what the state holds, with the new one; None where there is none."""
    found: dict[str, Profile | None] = {}
    for uid in uids:
        held, profile = state.patients.get(uid), profiles.get(uid)
        if (profile.weights() if profile else None) != (held.weights if held else None):
            found[uid] = profile
    return found


def group_patients(
    state: GroupState,
    changed: Mapping[str, Profile | None],
    likeness: Likeness | None = None,
    regrouping: Regrouping | None = None,
) -> tuple[GroupState, GroupChanges]:
    """Return the state after some profiles changed (None: the patient has none any more), and what became of groups."""
    likeness, regrouping = likeness or Likeness(), regrouping or Regrouping()
    if not changed:
        return state, GroupChanges()
    before = state.group_ids()
    patients = _with(state.patients, changed)
    all_vectors = vectors({uid: each.weights for uid, each in patients.items()})
    times = state.changed + len(changed)
    regroups_all = len(patients) <= regrouping.few or times >= regrouping.changed * len(patients)
    groups = cluster(all_vectors, likeness) if regroups_all else update(before, changed, all_vectors, likeness)
    after = keep_ids(before, groups)
    regrouped = GroupState(_placed(patients, after, all_vectors), 0 if regroups_all else times)
    return regrouped, _changes(before, after, regroups_all)


def _with(patients: Mapping[str, GroupedPatient], changed: Mapping[str, Profile | None]) -> dict[str, GroupedPatient]:
    found = {uid: each for uid, each in patients.items() if uid not in changed}
    for uid, profile in changed.items():
        if profile:
            found[uid] = GroupedPatient(profile.patient, profile.weights())
    return found


def _placed(
    patients: Mapping[str, GroupedPatient], groups: Mapping[str, list[str]], vectors: Vectors
) -> dict[str, GroupedPatient]:
    """Return the patients with their groups and how like they are to these now."""
    found = {uid: replace(each, group_id="", likeness=0.0) for uid, each in patients.items()}
    for group_id, members in groups.items():
        centre = centre_of(members, vectors)
        for uid in members:
            likeness = round(min(1.0, cosine(vectors[uid], centre)), _DIGITS)
            found[uid] = replace(found[uid], group_id=group_id, likeness=likeness)
    return found


def _changes(before: Mapping[str, str], after: Mapping[str, list[str]], regrouped_all: bool) -> GroupChanges:
    now = {uid: group_id for group_id, members in after.items() for uid in members}
    went: dict[str, dict[str, int]] = {group_id: {} for group_id in before.values() if group_id not in after}
    for uid, group_id in before.items():
        if group_id in went and uid in now:
            went[group_id][now[uid]] = went[group_id].get(now[uid], 0) + 1
    ended = {gone: _most(to) for gone, to in sorted(went.items())}
    return GroupChanges(tuple(sorted(after.keys() - set(before.values()))), ended, regrouped_all)


def _most(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda group_id: (-counts[group_id], group_id), default="")
