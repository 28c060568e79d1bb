"""Patients' profiles: what each of their notes contributes, and what that comes to.

A partition is JSON Lines, one patient a line, sorted by uid. A line begins with the uid, so that only the lines of the
patients concerned are read and the others are kept as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from notes_pipeline.core.patient_groups.contributions import Contribution, Patient, Weights

_BEFORE_UID = '{"patient_uid":"'
_UID_DIGITS = 32
_DIGITS = 4


@dataclass
class ProfileChanges:
    """What a batch does to one patient: contributions to put and uids of notes that are no longer the patient's."""

    put: list[Contribution] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Profile:
    """A patient and what each note says, by note uid."""

    patient: Patient
    notes: dict[str, Weights]

    def weights(self) -> Weights:
        """Return codes and words with their weights over all notes.

        Notes are taken as independent witnesses: 1 - Π(1 - w), which grows with every note and stays at most 1. The
        order of notes does not matter, to the last digit.
        """
        doubts: dict[str, float] = {}
        for _, weights in sorted(self.notes.items()):
            for code, weight in weights.items():
                doubts[code] = doubts.get(code, 1.0) * (1 - weight)
        return {code: round(1 - doubt, _DIGITS) for code, doubt in sorted(doubts.items())}


def change_profiles(body: str, changes: Mapping[str, ProfileChanges]) -> tuple[str, dict[str, Profile]]:
    """Return a partition after changes, and the profiles concerned; those of no notes are gone from both.

    Doing it again gives the same text.
    """
    lines = {_uid(line): line for line in body.splitlines()}
    profiles = {}
    for uid, change in changes.items():
        profile = _changed(_read(lines[uid]) if uid in lines else None, change)
        lines.pop(uid, None)
        if profile and profile.notes:
            profiles[uid] = profile
            lines[uid] = _write(profile)
    return "".join(f"{line}\n" for _, line in sorted(lines.items())), profiles


def _changed(profile: Profile | None, change: ProfileChanges) -> Profile | None:
    patients = [each.patient for each in change.put if each.patient]
    if profile is None and not patients:
        return None
    notes = {uid: weights for uid, weights in (profile.notes if profile else {}).items() if uid not in change.removed}
    notes |= {each.note_uid: each.weights for each in change.put}
    return Profile(profile.patient if profile else patients[0], notes)


def _uid(line: str) -> str:
    return line[len(_BEFORE_UID) : len(_BEFORE_UID) + _UID_DIGITS]


def _read(line: str) -> Profile:
    row = json.loads(line)
    return Profile(Patient(row["patient_uid"], row["patient_id"], row["source_system"]), row["notes"])


def _write(profile: Profile) -> str:
    row = {
        "patient_uid": profile.patient.uid,
        "patient_id": profile.patient.patient_id,
        "source_system": profile.patient.source_system,
        "notes": {uid: dict(sorted(weights.items())) for uid, weights in sorted(profile.notes.items())},
    }
    return json.dumps(row, ensure_ascii=True, separators=(",", ":"))
