"""Everything that groups are made from, in one object: so it is written whole or not at all.

JSON Lines, gzipped: a line of counts, then one line a patient, sorted by uid.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from notes_pipeline.core.patient_groups.contributions import Patient, Weights

_FORMAT = 1
_COMPRESSION = 3


@dataclass(frozen=True)
class GroupedPatient:
    """A patient, what its notes come to, and the group of like patients that it belongs to.

    Attributes:
        group_id: "" for none.
        likeness: cosine with the group's centre when it joined, 0 to 1.
    """

    patient: Patient
    weights: Weights
    group_id: str = ""
    likeness: float = 0.0


@dataclass(frozen=True)
class GroupState:
    """All patients by uid.

    Attributes:
        changed: how many times a patient changed since all were last grouped anew.
    """

    patients: Mapping[str, GroupedPatient] = field(default_factory=dict)
    changed: int = 0

    def group_ids(self) -> dict[str, str]:
        """Return the group of each patient that is in one."""
        return {uid: each.group_id for uid, each in self.patients.items() if each.group_id}


def write_state(state: GroupState) -> bytes:
    """Return a state as bytes; the same state gives the same bytes."""
    lines = [json.dumps({"format": _FORMAT, "changed": state.changed})]
    lines += [_line(each) for _, each in sorted(state.patients.items())]
    return gzip.compress("\n".join(lines).encode(), _COMPRESSION, mtime=0)


def read_state(body: bytes) -> GroupState:
    """Return the state that `write_state` wrote."""
    head, *lines = gzip.decompress(body).decode().split("\n")
    patients = (_patient(json.loads(line)) for line in lines)
    return GroupState({each.patient.uid: each for each in patients}, json.loads(head)["changed"])


def _line(each: GroupedPatient) -> str:
    row = [*each.patient, each.weights, each.group_id, each.likeness]
    return json.dumps(row, separators=(",", ":"))


def _patient(row: list[object]) -> GroupedPatient:
    uid, patient_id, system, weights, group_id, likeness = row
    return GroupedPatient(Patient(uid, patient_id, system), weights, group_id, likeness)  # type: ignore[arg-type]
