"""The groups of patients with similar diagnoses, if the folder has any: `groups/current/patients/patients.parquet`."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from chartbrief.note_files import INCOMING
from chartbrief.records import SummaryView

_FILE = ("groups", "current", "patients", "patients.parquet")
_COLUMNS = ["source_system", "patient_id", "group_id", "kind", "label"]
_URGENT = "urgent/"

# A patient's id means something only within the system that gave it.
Patient = tuple[str, str]


class Group(NamedTuple):
    """A group as the page lists it; `kind` says by what its patients are alike."""

    id: str
    kind: str
    label: str
    patients: int


class Groups:
    """Every group, and which ones a record's patient is in."""

    def __init__(self, members: dict[Group, set[Patient]]) -> None:
        self.groups = sorted(members, key=lambda group: (group.kind, -group.patients, group.id))
        self._of: dict[Patient, list[int]] = defaultdict(list)
        for number, group in enumerate(self.groups):
            for patient in members[group]:
                self._of[patient].append(number)

    def of(self, view: SummaryView) -> list[int]:
        """Positions in `groups` of the groups that the record's patient is in."""
        return self._of.get((_system(view.source.key), view.patient_id or ""), [])


def load_groups(out: Path) -> Groups:
    """The groups that a folder holds; none if patients were not grouped."""
    path = out.joinpath(*_FILE)
    if not path.is_file():
        return Groups({})
    # Imported late: it takes longer than reading a small folder.
    from pyarrow import parquet

    rows = parquet.read_table(path, columns=_COLUMNS).to_pylist()
    patients: dict[tuple[str, str, str], set[Patient]] = defaultdict(set)
    for row in rows:
        group = row["group_id"], row["kind"], row["label"]
        patients[group].add((row["source_system"], row["patient_id"]))
    return Groups({Group(*group, len(found)): found for group, found in patients.items() if group[0]})


def _system(key: str) -> str:
    """The source system of `incoming/[urgent/]<source system>/<path>`."""
    system, slash, _ = key.removeprefix(INCOMING).removeprefix(_URGENT).partition("/")
    return system if slash else "default"
