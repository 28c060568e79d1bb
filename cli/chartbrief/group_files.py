"""The patient groups of an output folder, as files: read, chosen from, and exported."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chartbrief.errors import ConsoleError, UsageError

Row = dict[str, Any]


def read_table(out: Path, name: str) -> Any:
    """Return a published table.

    Raises:
        UsageError: the folder holds none.
        ConsoleError: it is broken.
    """
    path = out / "groups" / "current" / name / f"{name}.parquet"
    if not path.is_file():
        raise UsageError(
            f"{out} holds no patient groups: there is no {path}. A run writes it for notes that name a patient."
        )
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise ConsoleError(
            f"{path} cannot be read as Parquet ({type(error).__name__}). Run again to write it."
        ) from None


def members_of(patients: Any, chosen: Sequence[Row]) -> Any:
    """Return the rows of the chosen groups' patients, those most like their group first."""
    ids = pa.array([row["group_id"] for row in chosen], pa.string())
    kept = patients.filter(pc.is_in(patients["group_id"], value_set=ids))
    return kept.sort_by([("group_id", "ascending"), ("similarity", "descending"), ("patient_uid", "ascending")])


def writer_of(export: Path) -> Callable[[Any, Path], None]:
    """Return what writes a table to a file of this name.

    Raises:
        UsageError: nothing writes such files, or there is no such folder.
    """
    writers: dict[str, Callable[[Any, Path], None]] = {
        ".csv": _write_csv,
        ".json": _write_json,
        ".parquet": pq.write_table,
    }
    if export.suffix.lower() not in writers:
        raise UsageError(f"{export} has none of the endings that --export knows: {', '.join(writers)}.")
    if not export.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {export.absolute().parent} to write {export.name} to.")
    return writers[export.suffix.lower()]


def _write_csv(members: Any, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, members.column_names)
        writer.writeheader()
        writer.writerows(row | {"codes": " ".join(row["codes"])} for row in members.to_pylist())


def _write_json(members: Any, path: Path) -> None:
    path.write_text(json.dumps(members.to_pylist(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
