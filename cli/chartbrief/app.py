"""The `chartbrief` command line: arguments in, exit status out; the work is in run_folder and the modules it names."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chartbrief import groups, help_text
from chartbrief.cloud import DEFAULT_TEMPLATE, FieldNames
from chartbrief.errors import UsageError
from chartbrief.failures import failures_told
from chartbrief.local import check_inputs, open_local_cloud
from chartbrief.model import app as model_app
from chartbrief.operate import audit, cost, status
from chartbrief.operate.backfill.command import HELP as BACKFILL
from chartbrief.operate.backfill.command import backfill
from chartbrief.operate.forgetting.command import HELP as FORGET
from chartbrief.operate.forgetting.command import forget
from chartbrief.operate.redrive.command import HELP as REDRIVE
from chartbrief.operate.redrive.command import redrive
from chartbrief.options import DEFAULT_OPTION, local_option
from chartbrief.output_folder import state_folder
from chartbrief.progress import progress_on
from chartbrief.records import Records
from chartbrief.render_note import render_note
from chartbrief.render_run import render_run
from chartbrief.report.write_report import write_report
from chartbrief.run_folder import RunRequest, run_folder
from chartbrief.run_report import RunReport
from chartbrief.waiting import Patience
from notes_pipeline.core.options import OPTIONS

PIPE_WIDTH = 120

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False, add_completion=False)
app.add_typer(model_app)
app.command(help=groups.HELP)(groups.groups)
app.command(help=BACKFILL)(backfill)
app.command(help=status.HELP)(status.status)
app.command(help=audit.HELP)(audit.audit)
app.command(help=cost.HELP)(cost.cost)
app.command(help=REDRIVE)(redrive)
app.command(help=FORGET)(forget)


@app.callback(help=help_text.CHARTBRIEF)
def chartbrief() -> None:
    """The command without a sub-command: shows its help."""


@app.command(help=help_text.RUN)
def run(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="Folder of note files (sub-folders too), or one file; without it, a run only goes on.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the summaries; a second run goes on from it.")] = Path("out"),
    state: Annotated[
        Path | None, typer.Option(help="Folder that keeps the local cloud.", show_default="OUT/.chartbrief")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    note_field: Annotated[str, typer.Option(help="Column or key that holds the note's text.")] = "note",
    id_field: Annotated[str, typer.Option(help="Column or key that holds the note's id.")] = "note_id",
    patient_field: Annotated[str, typer.Option(help="Column or key that holds the patient's id.")] = "patient_id",
    text_headers: Annotated[
        str, typer.Option(help="Lines above plain texts: 'patient_id=Patient ID,MRN;authored_at=Date'.")
    ] = "",
    note_encoding: Annotated[str, typer.Option(help="Charset of files that do not say theirs, such as cp1252.")] = "",
    option: Annotated[
        str, typer.Option(help=f"Who summarizes: {', '.join(OPTIONS)}.", metavar="NAME")
    ] = DEFAULT_OPTION,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder of the model to serve, instead of the option's.", envvar="CHARTBRIEF_MODEL"),
    ] = None,
    template: Annotated[
        Path, typer.Option(help="SAM template to run.", envvar="CHARTBRIEF_TEMPLATE", show_default=False)
    ] = DEFAULT_TEMPLATE,
    fhir: Annotated[bool, typer.Option("--fhir", help="Write every summary as a FHIR R4 document too.")] = False,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the books to close.", min=1)] = 3600.0,
    rows: Annotated[int, typer.Option(help="Rows of the table of notes.", min=0)] = 200,
) -> None:
    """`chartbrief run`: exit status 0 only if the books close with nothing pending."""
    console = _console(stderr=False)
    with failures_told(out):
        chosen = local_option(option, model)
        check_inputs(template, chosen.model)
        fields = FieldNames(note_field, id_field, patient_field, text_headers, note_encoding)
        kept_in = state or state_folder(out)
        request = RunRequest(folder, out, kept_in, chosen, template, fields, Patience(timeout), fhir)
        report = run_folder(request, open_local_cloud, progress_on(_console(stderr=True) if as_json else console))
    _print_report(console, report, as_json, rows)
    raise typer.Exit(0 if report.books.closed else 1)


@app.command(help=help_text.SHOW)
def show(
    note_id: Annotated[
        str, typer.Argument(metavar="NOTE_ID", help="The note's id (or the beginning of its note_uid).")
    ],
    out: Annotated[Path, typer.Option(help="Folder that a run wrote.")] = Path("out"),
) -> None:
    """`chartbrief show`: one panel for each version of the note."""
    with failures_told(out):
        views = [v for v in Records(out).summaries.values() if v.note_id == note_id or v.note_uid.startswith(note_id)]
        if not views:
            raise UsageError(f"{out} holds no summary of {note_id}. {out / 'summaries.csv'} lists what it holds.")
    for view in views:
        render_note(_console(stderr=False), view)


@app.command(help=help_text.REPORT)
def report(
    out: Annotated[Path, typer.Option(help="Folder that a run wrote.")] = Path("out"),
    html: Annotated[Path | None, typer.Option(help="File to write; OUT/report.html by default.")] = None,
) -> None:
    """`chartbrief report`: one HTML file; the only output is its path."""
    with failures_told(out):
        if not (out / "by_note").is_dir() and not (out / "quarantine").is_dir():
            raise UsageError(f"{out} holds no records. Name the folder of a run with --out.")
        written = write_report(out, html)
    typer.echo(str(written))


def main() -> None:
    """The console script."""
    app()


def _print_report(console: Console, report: RunReport, as_json: bool, rows: int) -> None:
    if as_json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    else:
        render_run(console, report, rows)


def _console(stderr: bool) -> Console:
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=PIPE_WIDTH)
