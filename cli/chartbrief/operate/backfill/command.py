"""`chartbrief backfill`: old note files through the same door as new ones."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chartbrief.deployment import Deployment
from chartbrief.errors import UsageError
from chartbrief.operate.backfill.checkpoint import Checkpoint
from chartbrief.operate.backfill.doors import AnnounceDoor, CopyDoor, Door, Outcome, UploadDoor
from chartbrief.operate.backfill.estimate import Estimate, estimate, instance_seconds
from chartbrief.operate.backfill.found_files import Choice, FolderSource, S3Source, Source
from chartbrief.operate.backfill.pace import Backlog, Pace
from chartbrief.operate.backfill.render import tell_backfill
from chartbrief.operate.backfill.run import run_backfill
from chartbrief.operate.spending.tariff import Tariff
from chartbrief.operate.steps_bar import steps_bar
from chartbrief.operate.where import AsJson, StackName, StateFolder, opened, options
from note_summarizer.comparison.prices import load_prices
from notes_pipeline.aws import clients
from notes_pipeline.aws.note_ledger import NoteLedger
from notes_pipeline.aws.objects import bucket_and_key
from notes_pipeline.aws.table import Table
from notes_pipeline.core.formats.reading import rules_of
from notes_pipeline.core.identify import INCOMING, digest

HELP = (
    "Give old note files to the pipeline: the objects under an s3:// address, or the files of a folder."
    "\n\n"
    "Files under incoming/ of the notes bucket are announced again where they lie; others are copied there by S3, and a"
    " folder's are uploaded. What was in before is recognised. Every text keeps the time at which its file was written,"
    " so that none replaces a newer text of the same note."
    "\n\n"
    "Interrupted, the same command goes on where it was. Given again when it is finished, it looks for what is new."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief backfill s3://old-notes/2019/ --system ehr --stack chartbrief-prod --dry-run\n"
    "  chartbrief backfill s3://old-notes/ --since 2019-01-01 --include '*.csv' --stack chartbrief-prod\n"
    "  chartbrief backfill s3://<NotesBucket>/incoming/ehr/ --all-versions --stack chartbrief-prod"
)


def backfill(
    where: Annotated[str, typer.Argument(metavar="SOURCE", help="s3://bucket/prefix, or a folder.")],
    system: Annotated[
        str, typer.Option(help="Source system of copied files; by default the first folder below SOURCE is it.")
    ] = "",
    include: Annotated[list[str] | None, typer.Option(help="Only paths like this pattern; may be repeated.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="No paths like this pattern; may be repeated.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only files written then or later (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only files written before (UTC).")] = None,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Versions of objects that are not current, too.")
    ] = False,
    per_second: Annotated[float, typer.Option(help="Most files a second.", min=0.1)] = 50,
    most_waiting: Annotated[int, typer.Option(help="Pause while more notes than this wait for the model.", min=1)] = (
        50_000
    ),
    checkpoint: Annotated[
        Path | None, typer.Option(help="File that keeps how far it is.", show_default="backfill-<name>.sqlite")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, estimate, and give nothing.")] = False,
    stack: StackName = "",
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """`chartbrief backfill`: exit status 0 once every chosen file is in."""
    choice = Choice(tuple(include or ()), tuple(exclude or ()), _time(since), _time(until))
    with opened(stack, state) as deployment:
        source, door = _ways(deployment, where, system, all_versions)
        what = json.dumps([where, system, all_versions, deployment.names["NotesBucket"], *vars(choice).values()])
        file = None if dry_run else checkpoint or Path(f"backfill-{digest(what)[:8]}.sqlite")
        kept = Checkpoint(file, what)
        try:
            if not kept.is_under_way:
                kept.add(source.files(), partial(choice.skipped, source))
            if dry_run:
                told = _estimated(kept, source, deployment)
            else:
                pace = Pace(per_second, most_waiting, _waiting(deployment))
                told = _given(kept, door, pace, options(stack, state))
        finally:
            kept.close()
    tell_backfill(told, as_json)


def _time(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _ways(deployment: Deployment, where: str, system: str, all_versions: bool) -> tuple[Source, Door]:
    notes = deployment.names["NotesBucket"]
    if not where.startswith("s3://"):
        if not Path(where).is_dir():
            raise UsageError(f"{where} is neither a folder nor an s3:// address.")
        if all_versions:
            raise UsageError("Files of a folder have no versions: leave --all-versions out.")
        folder = FolderSource(where)
        return folder, UploadDoor(folder, str(Path(where).resolve()), notes, system)
    bucket, prefix = bucket_and_key(where)
    if bucket == notes and prefix.startswith(INCOMING):
        if system:
            raise UsageError("These files lie in the notes bucket: their keys say their system. Leave --system out.")
        ledger = NoteLedger(Table(deployment.names["LedgerTable"]))
        door = AnnounceDoor(bucket, deployment.names["NotesUploadedQueue"], ledger)
        return S3Source(clients.s3(), bucket, prefix, versions=True, older=all_versions), door
    objects = S3Source(clients.s3(), bucket, prefix, all_versions, all_versions)
    return objects, CopyDoor(objects, notes, system)


def _waiting(deployment: Deployment) -> Any:
    # Nothing takes notes off the backlog of a local cloud that is only looked at.
    if deployment.is_local:
        return None
    return Backlog(Table(deployment.names["LedgerTable"]), deployment.names["NotesUploadedQueue"]).waiting


def _estimated(kept: Checkpoint, source: Source, deployment: Deployment) -> dict[str, Any]:
    found, shares = estimate(kept, source, rules_of(deployment.parameters))
    total = kept.total()
    seconds, usd = _cost(found, deployment)
    return {
        "dry_run": True,
        "files": total.files,
        "bytes": total.bytes,
        "skipped": dict(kept.skipped),
        "formats": {name: {"files": share.files, "bytes": share.bytes} for name, share in sorted(shares.items())},
        "estimate": vars(found)
        | {"is_exact": found.files_read == total.files, "instance_seconds": seconds, "usd": usd},
    }


def _cost(found: Estimate, deployment: Deployment) -> tuple[int | None, float | None]:
    """Return instance-seconds and dollars of transform jobs; None where no job runs, or no price is known."""
    if deployment.parameters["SummarizerOption"].startswith("bedrock"):
        return None, None
    seconds = instance_seconds(found, deployment.parameters)
    usd = Tariff(load_prices(), deployment.parameters["InstanceType"]).of_seconds(seconds)
    return seconds, round(usd.most, 2) if usd.most or not seconds else None


def _given(kept: Checkpoint, door: Door, pace: Pace, same: str) -> dict[str, Any]:
    left, total = kept.left(), kept.total()
    with steps_bar(Console(stderr=True), "files", left.files) as bar:
        pace.tell = lambda notes: bar.say(f"{notes:,} notes wait for the model: paused until {pace.most_waiting:,} do")
        outcomes = run_backfill(kept, door, pace, lambda found: bar.show(found.total()))
    counts = {outcome.value: outcomes[outcome] for outcome in Outcome}
    before = {"files": total.files, "done_before": total.files - left.files}
    return before | counts | {"skipped": dict(kept.skipped), "watch": f"chartbrief status {same}"}
