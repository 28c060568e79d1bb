"""The groups of patients with similar diagnoses, if the folder has any: `groups/current/patients/patients.parquet`."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from chartbrief.errors import ConsoleError
from chartbrief.note_files import INCOMING
from chartbrief.records import SummaryView

_FILE = ("groups", "current", "patients", "patients.parquet")
_COLUMNS = ["source_system", "patient_id", "group_id", "kind", "label"]
_URGENT = "urgent/"
CATEGORY, _CATEGORY_ID = "category", "icd10:"

# A patient's id means something only within the system that gave it.
Patient = tuple[str, str]


class Group(NamedTuple):
    """A group as the page lists it; its patients share a code `category`, or are alike in all (`similarity`)."""

    id: str
    kind: str
    label: str
    patients: int


class Groups:
    """Every group, and which ones a record's patient is in."""

    def __init__(self, members: dict[Group, set[Patient]]) -> None:
        self.groups = sorted(members, key=lambda group: (group.kind == CATEGORY, -group.patients, group.id))
        self._of: dict[Patient, list[int]] = defaultdict(list)
        for number, group in enumerate(self.groups):
            for patient in members[group]:
                self._of[patient].append(number)

    @property
    def category_names(self) -> dict[str, str]:
        """What a person calls the code categories that groups are made of, e.g. `I21`: acute myocardial infarction."""
        return {g.id.removeprefix(_CATEGORY_ID): g.label for g in self.groups if g.kind == CATEGORY}

    def of(self, view: SummaryView) -> list[int]:
        """Positions in `groups` of the groups that the record's patient is in."""
        return self._of.get((_system(view.source.key), view.patient_id or ""), [])


def load_groups(out: Path) -> Groups:
    """The groups that a folder holds; none if patients were not grouped.

    Raises:
        ConsoleError: The file is no such table.
    """
    path = out.joinpath(*_FILE)
    if not path.is_file():
        return Groups({})
    # Imported late: it takes longer than reading a small folder.
    from pyarrow import parquet

    try:
        rows = parquet.read_table(path, columns=_COLUMNS).to_pylist()
        groups = [
            ((row["group_id"], row["kind"], row["label"]), (row["source_system"], row["patient_id"])) for row in rows
        ]
    except (ValueError, KeyError):
        raise ConsoleError(f"{path} is not a table of patient groups.") from None
    patients: dict[tuple[str, str, str], set[Patient]] = defaultdict(set)
    for group, patient in groups:
        patients[group].add(patient)
    return Groups({Group(*group, len(found)): found for group, found in patients.items() if group[0]})


def _system(key: str) -> str:
    """The source system of `incoming/[urgent/]<source system>/<path>`."""
    system, slash, _ = key.removeprefix(INCOMING).removeprefix(_URGENT).partition("/")
    return system if slash else "default"
