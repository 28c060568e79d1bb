"""`chartbrief groups`: the patient groups of an output folder, for a person, a program or a spreadsheet."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from chartbrief.errors import UsageError
from chartbrief.failures import failures_told
from chartbrief.render_run import plain

HELP = (
    "Show the groups of patients with similar diagnoses that OUT holds, and export them."
    "\n\n"
    "A patient is in one group for each ICD-10-CM category of its notes' codes (kind category), and in one group at"
    " most by likeness of the whole profile (kind similarity). Codes are candidates that nobody confirmed: not for"
    " clinical use."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief groups --out out --kind similarity --min-size 5\n"
    "  chartbrief groups --out out --group icd10:I50\n"
    "  chartbrief groups --out out --export groups.csv"
    "\n\n"
    "--export writes one row for each patient in each of the groups chosen; the file's ending says how."
)
_PIPE_WIDTH = 120
_CODES_SHOWN = 4
Kind = Literal["category", "similarity"]
Row = dict[str, Any]


def groups(
    out: Annotated[Path, typer.Option(help="Folder that a run wrote.")] = Path("out"),
    kind: Annotated[Kind | None, typer.Option(help="Only groups of this kind.")] = None,
    min_size: Annotated[int, typer.Option(help="Only groups of so many patients or more.", min=1)] = 2,
    group: Annotated[str | None, typer.Option(help="One group, with its patients.", metavar="ID")] = None,
    export: Annotated[Path | None, typer.Option(help="Write the patients: FILE.csv, .parquet or .json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    rows: Annotated[int, typer.Option(help="Rows of a table.", min=0)] = 200,
) -> None:
    """`chartbrief groups`: exit status 2 if OUT holds no groups, or not this one."""
    # pyarrow takes a quarter of a second to load, which no other command has to wait for.
    from chartbrief.group_files import members_of, read_table, writer_of

    console = _console()
    with failures_told(out):
        write = writer_of(export) if export else None
        chosen = _chosen(read_table(out, "groups").to_pylist(), out, kind, min_size, group)
        members = members_of(read_table(out, "patients"), chosen) if write or group else None
        if write and export and members is not None:
            write(members, export)
        patients = members.to_pylist() if group and members is not None else None
    if as_json:
        _print_json(chosen, patients)
    elif patients is None:
        _print_groups(console, chosen, rows)
    else:
        _print_patients(console, chosen[0], patients, rows)
    if export:
        Console(stderr=True).print(plain(f"written to {export}"), soft_wrap=True)


def _chosen(rows: list[Row], out: Path, kind: Kind | None, min_size: int, group: str | None) -> list[Row]:
    """Return the groups asked for, those by likeness first, larger ones first."""
    if group is not None:
        found = [row for row in rows if row["group_id"] == group]
        if not found:
            raise UsageError(f"{out} holds no group {group}. `chartbrief groups --out {out}` lists what it holds.")
        return found
    found = [row for row in rows if kind in (None, row["kind"]) and row["size"] >= min_size]
    return sorted(found, key=lambda row: (row["kind"] == "category", -row["size"], row["group_id"]))


def _print_json(chosen: Sequence[Row], patients: Sequence[Row] | None) -> None:
    shown: Row = {"groups": list(chosen)} if patients is None else {"group": chosen[0], "patients": list(patients)}
    sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")


def _print_groups(console: Console, chosen: Sequence[Row], rows: int) -> None:
    table = Table(expand=True)
    table.add_column("group", no_wrap=True)
    table.add_column("label", ratio=4)
    table.add_column("patients", justify="right")
    table.add_column("most frequent codes", ratio=3)
    for row in chosen[:rows]:
        codes = ", ".join(f"{top['code']} ({top['patients']})" for top in row["top_codes"][:_CODES_SHOWN])
        table.add_row(plain(row["group_id"]), plain(row["label"]), str(row["size"]), plain(codes))
    console.print(table)
    _print_rest(console, len(chosen), rows)
    kinds = {name: sum(row["kind"] == name for row in chosen) for name in ("similarity", "category")}
    counts = f"{kinds['similarity']} groups by likeness, {kinds['category']} by category"
    console.print(plain(counts), soft_wrap=True)


def _print_patients(console: Console, group: Row, patients: Sequence[Row], rows: int) -> None:
    title = f"{group['label']} ({group['group_id']}): {group['size']} patients"
    console.print(plain(title), style="bold", soft_wrap=True)
    for top in group["top_codes"]:
        console.print(plain(f"  {top['patients']:>6} {top['code']} {top['title']}"), soft_wrap=True)
    table = Table(expand=True)
    table.add_column("patient", overflow="fold")
    table.add_column("system", overflow="fold")
    table.add_column("similarity", justify="right")
    table.add_column("codes", ratio=3)
    for row in patients[:rows]:
        likeness = f"{row['similarity']:.2f}"
        table.add_row(plain(row["patient_id"]), plain(row["source_system"]), likeness, plain(", ".join(row["codes"])))
    console.print(table)
    _print_rest(console, len(patients), rows)


def _print_rest(console: Console, count: int, rows: int) -> None:
    if count > rows:
        console.print(plain(f"... and {count - rows} more: --rows, --min-size or --export"), soft_wrap=True)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PIPE_WIDTH)
