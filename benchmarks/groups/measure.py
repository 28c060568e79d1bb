"""The figures: agreement with what was planted, seconds and memory, and what an update costs."""

from __future__ import annotations

import hashlib
import resource
import statistics
import time
from collections import Counter
from random import Random
from typing import Any

from benchmarks.codes.measure import as_record
from benchmarks.groups.agreement import adjusted_rand, pair_shares
from benchmarks.groups.plant import SYSTEM, Planted, Planting, plant
from benchmarks.groups.store import MemoryBucket, fill

from notes_pipeline.core.group_patients import Regrouping, group_patients
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.patient_groups.profiles import Profile
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS, group_rows, patient_rows
from notes_pipeline.core.patient_groups.state import GroupState, write_state
from notes_pipeline.records import CodeCandidate, NoteCodes, SummaryRecord
from notes_pipeline.steps.regroup import regroup

Figures = dict[str, Any]
_ALL, _SOME = Regrouping(few=10**9), Regrouping(few=0, changed=10.0)
_BATCH = 500


def measure_quality(planting: Planting) -> Figures:
    """Return how well the planted groups are found."""
    planted = plant(planting)
    state, _ = group_patients(GroupState(), _by_uid(planted.profiles), regrouping=_ALL)
    return _quality(planted, state)


def measure_size(planting: Planting) -> Figures:
    """Return the figures of all patients grouped anew, and of one batch of 500 notes after it."""
    planted = plant(planting)
    sizes = Counter(group for group in planted.groups.values() if group.startswith("group"))
    began, cpu = time.perf_counter(), time.process_time()
    state, _ = group_patients(GroupState(), _by_uid(planted.profiles), regrouping=_ALL)
    grouped = time.perf_counter()
    bucket = MemoryBucket()
    _publish(bucket, state)
    ended, cpu_ended = time.perf_counter(), time.process_time()
    full = {
        "seconds": round(ended - began, 1),
        "cpu_seconds": round(cpu_ended - cpu, 1),
        "seconds_publishing": round(ended - grouped, 1),
        "peak_mb": _peak_mb(),
        "objects_mb": {key: round(len(body) / 1e6, 1) for key, body in bucket.objects.items()},
    }
    return {
        "patients": len(planted.profiles),
        "planted_groups": len(sizes),
        "planted_sizes": [min(sizes.values()), statistics.median(sizes.values()), max(sizes.values())],
        **_quality(planted, state),
        "full": full,
        "update": _update(bucket, planted, planting),
    }


def measure_drift(planting: Planting, first: float = 0.5) -> Figures:
    """Return how groups that grew batch by batch from a first share agree with groups made anew from all."""
    planted = plant(planting)
    profiles = sorted(planted.profiles, key=lambda each: each.patient.uid)
    Random(planting.seed).shuffle(profiles)
    start = round(first * len(profiles))
    state, _ = group_patients(GroupState(), _by_uid(profiles[:start]), regrouping=_ALL)
    for at in range(start, len(profiles), _BATCH):
        state, _ = group_patients(state, _by_uid(profiles[at : at + _BATCH]), regrouping=_SOME)
    anew, _ = group_patients(GroupState(), _by_uid(profiles), regrouping=_ALL)
    return {
        "patients": len(profiles),
        "from": start,
        "with_all_anew": round(adjusted_rand(_found(state), _found(anew)), 4),
        "grown_with_planted": round(adjusted_rand(planted.groups, _found(state)), 4),
        "anew_with_planted": round(adjusted_rand(planted.groups, _found(anew)), 4),
    }


def _quality(planted: Planted, state: GroupState) -> Figures:
    found = _found(state)
    members = {uid: group for uid, group in planted.groups.items() if group.startswith("group")}
    right, together = pair_shares(planted.groups, found)
    return {
        "ari": round(adjusted_rand(planted.groups, found), 4),
        "ari_of_members": round(adjusted_rand(members, {uid: found[uid] for uid in members}), 4),
        "pairs_right": round(right, 4),
        "pairs_found": round(together, 4),
        "found_groups": len(set(state.group_ids().values())),
        "largest_found": max(Counter(state.group_ids().values()).values(), default=0),
    }


def _found(state: GroupState) -> dict[str, str]:
    return {uid: each.group_id or uid for uid, each in state.patients.items()}


def _by_uid(profiles: list[Profile]) -> dict[str, Profile | None]:
    return {profile.patient.uid: profile for profile in profiles}


def _publish(bucket: MemoryBucket, state: GroupState) -> None:
    bucket.write("groups/state.jsonl.gz", write_state(state))
    groups = group_rows(state)
    bucket.write("groups/current/patients/patients.parquet", to_parquet(list(patient_rows(state, groups)), PATIENTS))
    bucket.write("groups/current/groups/groups.parquet", to_parquet(groups, GROUPS))


def _update(bucket: MemoryBucket, planted: Planted, planting: Planting) -> Figures:
    """Measure the step that a batch runs, with 500 notes: half of known patients, half of new ones."""
    fill(bucket, planted.profiles)
    newcomers = plant(Planting(patients=_BATCH, seed=planting.seed + 1)).profiles[: _BATCH // 2]
    known = Random(planting.seed).sample(planted.profiles, _BATCH // 2)
    coded = [_note(f"{at}", each.patient.patient_id, each) for at, each in enumerate(known)]
    coded += [_note(f"new {at}", f"new {at}", each) for at, each in enumerate(newcomers)]
    bucket.moved.clear()
    began, cpu = time.perf_counter(), time.process_time()
    done = regroup(bucket, coded, "cb-1")
    return {
        "notes": len(coded),
        "patients_changed": done.patients,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "peak_mb": _peak_mb(),
        **dict(bucket.moved),
    }


def _note(name: str, patient_id: str, profile: Profile) -> tuple[SummaryRecord, NoteCodes]:
    """Return a note that says again what one of a profile's notes says."""
    uid = hashlib.sha256(name.encode()).hexdigest()[:32]
    record = as_record("Seen today.")
    source = record.source.model_copy(update={"key": f"incoming/{SYSTEM}/notes.csv"})
    record = record.model_copy(update={"note_uid": uid, "patient_id": patient_id, "source": source})
    weights = max(profile.notes.values(), key=len)
    candidates = tuple(
        CodeCandidate(code=code, title=code, rank=rank, score=weight, evidence=())
        for rank, (code, weight) in enumerate(weights.items(), start=1)
    )
    codes = NoteCodes(note_uid=uid, content_sha256=record.content_sha256, engine="lexical", candidates=candidates)
    return record, codes


def _peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
