"""`chartbrief groups`: what it prints, exports and refuses."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import Result
from tests.unit.group_examples import grouped, profile
from typer.testing import CliRunner

from chartbrief.app import app
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS, group_rows, patient_rows

PATIENTS_OF = {"p1": ["I50.9", "E11.9"], "p2": ["I50.22", "E11.9"], "p3": ["S82.001A"], "[red]p4[/red]": ["S82.001A"]}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    state, _ = grouped([profile(name, *codes) for name, codes in PATIENTS_OF.items()])
    groups = group_rows(state)
    folder = out / "groups" / "current"
    for name in ("groups", "patients"):
        (folder / name).mkdir(parents=True)
    (folder / "groups" / "groups.parquet").write_bytes(to_parquet(groups, GROUPS))
    (folder / "patients" / "patients.parquet").write_bytes(to_parquet(list(patient_rows(state, groups)), PATIENTS))
    return out


def groups(out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["groups", "--out", str(out), *arguments])


def found(out: Path, *arguments: str) -> dict[str, Any]:
    answer = groups(out, "--json", *arguments)
    assert answer.exit_code == 0
    return json.loads(answer.stdout)


def test_groups_are_printed_with_label_size_and_codes(out: Path) -> None:
    answer = groups(out)
    assert answer.exit_code == 0
    for part in (
        "icd10:I50",
        "Type 2 diabetes mellitus with heart failure",
        "E11.9 (2)",
        "2 groups by likeness, 3 by category",
    ):
        assert part in answer.stdout


def test_kind_and_size_choose(out: Path) -> None:
    assert {row["kind"] for row in found(out, "--kind", "similarity")["groups"]} == {"similarity"}
    assert {row["group_id"] for row in found(out, "--kind", "category")["groups"]} == {
        "icd10:E11",
        "icd10:I50",
        "icd10:S82",
    }
    assert found(out, "--min-size", "3")["groups"] == []


def test_a_group_is_shown_with_its_patients_and_their_codes(out: Path) -> None:
    answer = groups(out, "--group", "icd10:I50")
    assert answer.exit_code == 0
    for part in ("Heart failure (icd10:I50): 2 patients", "p1", "p2", "I50.22", "0.80"):
        assert part in answer.stdout
    assert "p3" not in answer.stdout
    shown = found(out, "--group", "icd10:I50")
    assert {row["patient_id"] for row in shown["patients"]} == {"p1", "p2"}
    assert shown["group"]["label"] == "Heart failure"


def test_a_patients_id_is_no_markup(out: Path) -> None:
    assert "[red]p4[/red]" in groups(out, "--group", "icd10:S82").stdout


def test_a_long_table_is_cut_and_says_so(out: Path) -> None:
    assert "and 4 more" in groups(out, "--rows", "1").stdout


def test_exports_have_a_row_for_each_patient_in_each_group(out: Path, tmp_path: Path) -> None:
    files = {suffix: tmp_path / f"groups.{suffix}" for suffix in ("csv", "json", "parquet")}
    for path in files.values():
        assert groups(out, "--kind", "category", "--export", str(path)).exit_code == 0
    rows = pq.read_table(files["parquet"]).to_pylist()
    assert json.loads(files["json"].read_text()) == rows
    with files["csv"].open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [(row["patient_id"], row["group_id"]) for row in table] == [(r["patient_id"], r["group_id"]) for r in rows]
    assert len(rows) == 6
    assert table[-1]["codes"] == "S82.001A"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--group", "icd10:Q99"], "holds no group icd10:Q99"),
        (["--export", "groups.xlsx"], "none of the endings"),
        (["--export", "nowhere/groups.csv"], "no folder"),
        (["--kind", "other"], "similarity"),
        (["--min-size", "0"], "min-size"),
    ],
)
def test_what_cannot_work_is_told(out: Path, arguments: list[str], says: str) -> None:
    answer = groups(out, *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert says in answer.stderr


def test_a_folder_without_groups_is_told(tmp_path: Path) -> None:
    answer = groups(tmp_path)
    assert answer.exit_code == 2
    assert "holds no patient groups" in answer.stderr


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "groups" / "current" / "groups"
    folder.mkdir(parents=True)
    (folder / "groups.parquet").write_bytes(b"not Parquet")
    answer = groups(tmp_path)
    assert answer.exit_code == 1
    assert "cannot be read as Parquet" in answer.stderr
