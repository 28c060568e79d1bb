"""One run from a folder of note files to a folder of summaries.

find the files → start a cloud from template.yaml → take up the output folder's earlier state → drop the files →
wait for the books to close → copy the summaries bucket → join receipts and records → keep the state and the notes'
texts → write the page.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from chartbrief.cloud import Cloud, CloudFactory, FieldNames, local_parameters
from chartbrief.drops import Drop, drop_files
from chartbrief.note_files import NoteFile, find_note_files
from chartbrief.options import LocalOption
from chartbrief.output_folder import claim, logs_folder, state_folder
from chartbrief.progress import Progress
from chartbrief.receipts import Standing, read_standing
from chartbrief.records import Records
from chartbrief.report.note_texts import keep_texts
from chartbrief.report.run_figures import keep_figures
from chartbrief.report.write_report import write_report
from chartbrief.results import NoteResult, join_results
from chartbrief.run_report import RunReport
from chartbrief.sidecars import read_note_ids
from chartbrief.summary_tables import write_tables
from chartbrief.time_split import Span, split_time
from chartbrief.waiting import Patience, wait_until_settled


@dataclass(frozen=True)
class RunRequest:
    """What the person asked for."""

    folder: Path
    out: Path
    option: LocalOption
    template: Path
    fields: FieldNames
    patience: Patience
    fhir: bool = False


def run_folder(request: RunRequest, open_cloud: CloudFactory, progress: Progress) -> RunReport:
    """Summarize every note under `request.folder` into `request.out`.

    Raises:
        UsageError: There is nothing to drop, or another run is writing to `request.out`.
        CloudFailedError: The local cloud did not start.
    """
    files = find_note_files(request.folder, request.out)
    started = time.monotonic()
    with claim(request.out), progress:
        progress.tell("Starting a local cloud from template.yaml ...")
        if request.option.is_stood_in_for:
            progress.tell(
                f"{request.option.name} does not run on this machine: a local service keeps to its contract, and the"
                f" model in {request.option.model} writes the summaries."
            )
        parameters = local_parameters(request.fields, request.option.parameters, fhir=request.fhir)
        with open_cloud(request.template, request.option, state_folder(request.out), parameters) as cloud:
            cloud.import_state(state_folder(request.out))
            up, dropped_at = time.monotonic(), time.time()
            standing = _drop_and_wait(cloud, files, request.patience, progress)
            settled_at = time.time()
            notes = _collect(cloud, standing, request.out, progress)
            done, written_at = time.monotonic(), time.time()
            spans = [*cloud.spans(), Span("write", settled_at, written_at)]
            dead_letters = {name: count for name, count in cloud.dead_letters().items() if count}
        report = RunReport(
            books=standing.books,
            notes=tuple(notes),
            seconds=done - up,
            startup_seconds=up - started,
            output=request.out,
            logs=logs_folder(request.out),
            dead_letters=dead_letters,
            steps=split_time(spans, dropped_at, written_at),
        )
        _write_page(report, progress)
    return report


def _drop_and_wait(cloud: Cloud, files: Sequence[NoteFile], patience: Patience, progress: Progress) -> Standing:
    drops: list[Drop] = []
    for drop in drop_files(cloud.session().client("s3"), cloud.outputs["NotesBucket"], files):
        drops.append(drop)
        progress.show(Standing(len(files), dropped=len(drops), staged=0))
    read = lambda: read_standing(cloud.object_rows(), drops)  # noqa: E731
    return wait_until_settled(cloud, read, progress.show, patience)


def _collect(cloud: Cloud, standing: Standing, out: Path, progress: Progress) -> list[NoteResult]:
    progress.tell("Writing the summaries ...")
    s3, outputs = cloud.session().client("s3"), cloud.outputs
    cloud.copy_summaries(out)
    records = Records(out)
    write_tables(records.summaries.values(), out)
    keep_texts(s3, outputs["WorkBucket"], (receipt.object_id for receipt in standing.receipts), records.summaries, out)
    notes = join_results(standing.receipts, records, cache(lambda oid: read_note_ids(s3, outputs["WorkBucket"], oid)))
    if standing.books.closed:
        # A note that is pending here has its text in the work bucket, which ends with this cloud: a later run that
        # took up its ledger row would call it a duplicate and never summarize it.
        cloud.export_state(state_folder(out))
    return notes


def _write_page(report: RunReport, progress: Progress) -> None:
    progress.tell("Writing the page ...")
    keep_figures(report, datetime.now(UTC).isoformat(timespec="seconds"))
    write_report(report.output)
