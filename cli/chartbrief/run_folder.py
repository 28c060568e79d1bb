"""One run from a folder of note files to a folder of summaries.

find the files → start a cloud from template.yaml on the state that earlier runs kept → drop the files, except those
that an interrupted run has dropped already → wait for the books to close → copy the summaries bucket → join receipts
and records → keep the notes' texts → write the page. Only then are the drops told about; until then the next run goes
on with them, whatever became of this one.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from chartbrief.cloud import Cloud, CloudFactory, FieldNames, local_parameters
from chartbrief.drops import drop_files, go_on_with
from chartbrief.errors import UsageError
from chartbrief.kept_state import has_state
from chartbrief.note_files import NoteFile, find_note_files
from chartbrief.options import LocalOption
from chartbrief.output_folder import claim_all, logs_folder, state_folder
from chartbrief.progress import Progress
from chartbrief.receipts import Standing, read_standing, staged_versions
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
    """What the person asked for.

    Attributes:
        folder: the files to drop; None to go on with what was dropped before.
        state: where the local cloud is kept.
    """

    folder: Path | None
    out: Path
    state: Path
    option: LocalOption
    template: Path
    fields: FieldNames
    patience: Patience
    fhir: bool = False


def run_folder(request: RunRequest, open_cloud: CloudFactory, progress: Progress) -> RunReport:
    """Summarize every note under `request.folder` into `request.out`.

    Raises:
        UsageError: There is nothing to drop or to go on with, or another run is writing to `request.out`.
        CloudFailedError: The local cloud did not start.
    """
    files = _find_files(request)
    started = time.monotonic()
    with claim_all(state_folder(request.out), request.state), progress:
        _tell_start(request, progress)
        parameters = local_parameters(request.fields, request.option.parameters, fhir=request.fhir)
        logs = logs_folder(request.out)
        with open_cloud(request.template, request.option, request.state, logs, parameters) as cloud:
            up, dropped_at = time.monotonic(), time.time()
            standing = _drop_and_wait(cloud, files, request.patience, progress)
            settled_at = time.time()
            notes = _collect(cloud, standing, request.out, progress)
            done, written_at = time.monotonic(), time.time()
            spans = [*cloud.spans(), Span("write", settled_at, written_at)]
            report = RunReport(
                books=standing.books,
                notes=tuple(notes),
                seconds=done - up,
                startup_seconds=up - started,
                output=request.out,
                logs=logs,
                dead_letters={name: count for name, count in cloud.dead_letters().items() if count},
                steps=split_time(spans, dropped_at, written_at),
                ignored=standing.ignored,
            )
            _write_page(report, progress)
            if standing.books.closed:
                cloud.mark_reported()
    return report


def _find_files(request: RunRequest) -> list[NoteFile]:
    if request.folder is not None:
        return find_note_files(request.folder, request.out)
    if not has_state(request.state):
        raise UsageError(f"Name a folder of note files: {request.state} holds no run to go on with.")
    return []


def _tell_start(request: RunRequest, progress: Progress) -> None:
    progress.tell("Starting a local cloud from template.yaml ...")
    if request.option.is_stood_in_for:
        progress.tell(
            f"{request.option.name} does not run on this machine: a local service keeps to its contract, and the"
            f" model in {request.option.model} writes the summaries."
        )


def _drop_and_wait(cloud: Cloud, files: Sequence[NoteFile], patience: Patience, progress: Progress) -> Standing:
    drops, left = go_on_with(_earlier_drops(cloud, files), files)
    if drops:
        progress.tell(f"Going on with {len(drops)} files that were dropped before ...")
    every = len(drops) + len(left)
    for drop in drop_files(cloud.session().client("s3"), cloud.outputs["NotesBucket"], left):
        drops.append(drop)
        progress.show(Standing(every, dropped=len(drops), staged=0))
    read = lambda: read_standing(cloud.object_rows(), drops)  # noqa: E731
    return wait_until_settled(cloud, read, progress.show, patience)


def _earlier_drops(cloud: Cloud, files: Sequence[NoteFile]) -> list[Mapping[str, Any]]:
    """Return the drops that nobody was told about, without those that were given up on and can be dropped again."""
    drops = list(cloud.unreported_drops())
    if not drops or cloud.drops_waiting():  # asked before the ledger: what is staged in between is then seen there
        return drops
    staged, at_hand = staged_versions(cloud.object_rows()), {file.key for file in files}
    return [d for d in drops if (d["key"], d["version_id"]) in staged or d["key"] not in at_hand]


def _collect(cloud: Cloud, standing: Standing, out: Path, progress: Progress) -> list[NoteResult]:
    progress.tell("Writing the summaries ...")
    s3, outputs = cloud.session().client("s3"), cloud.outputs
    cloud.copy_summaries(out)
    records = Records(out)
    write_tables(records.summaries.values(), out)
    keep_texts(s3, outputs["WorkBucket"], (receipt.object_id for receipt in standing.receipts), records.summaries, out)
    return join_results(standing.receipts, records, cache(lambda oid: read_note_ids(s3, outputs["WorkBucket"], oid)))


def _write_page(report: RunReport, progress: Progress) -> None:
    progress.tell("Writing the page ...")
    if report.notes or report.ignored:  # a run that only went on, with nothing dropped, has no books
        keep_figures(report, datetime.now(UTC).isoformat(timespec="seconds"))
    write_report(report.output)
