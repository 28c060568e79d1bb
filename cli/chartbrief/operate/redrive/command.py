"""`chartbrief redrive`: what got stuck goes on, once its cause is repaired."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from chartbrief.deployment import Deployment
from chartbrief.errors import UsageError
from chartbrief.operate.redrive.dead_letters import DeadLetters, dead_letter_queues
from chartbrief.operate.redrive.publish import publish_again
from chartbrief.operate.redrive.quarantined import Quarantine, Wanted, send_redrives
from chartbrief.operate.where import AsJson, StackName, StateFolder, opened
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.redrive_ledger import RedriveLedger
from notes_pipeline.aws.table import Table

HELP = (
    "Let go on what got stuck, once its cause is repaired: dead letters (by default), quarantined records, or a batch's"
    " datasets."
    "\n\n"
    "Nothing is done twice: a message that is handled again changes nothing, and a record that waits or is summarized"
    " meanwhile stays as it is. What fails again comes back: dead letters after five more failures, records with a"
    " reason. No message and no note is shown."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief redrive --stack chartbrief-prod\n"
    "  chartbrief redrive --queue notes-uploaded --stack chartbrief-prod\n"
    "  chartbrief redrive --quarantined --code NoNoteColumn --stack chartbrief-prod --dry-run\n"
    "  chartbrief redrive --publish cb-0a1b2c3d --stack chartbrief-prod"
)


def redrive(
    queue: Annotated[
        list[str] | None, typer.Option(help="Only this queue, such as notes-uploaded; may be repeated.")
    ] = None,
    most: Annotated[int, typer.Option(help="Most dead letters of a queue.", min=1)] = 10_000,
    quarantined: Annotated[bool, typer.Option("--quarantined", help="Quarantined records, not dead letters.")] = False,
    code: Annotated[str, typer.Option(help="Only records quarantined for this reason.")] = "",
    object_key: Annotated[str, typer.Option("--object", metavar="KEY", help="Only records of this dropped file.")] = "",
    since: Annotated[datetime | None, typer.Option(help="Only records quarantined then or later (UTC).")] = None,
    publish: Annotated[
        str, typer.Option(metavar="BATCH", help='Announce a batch again: its "Summaries Written" event.')
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")] = False,
    stack: StackName = "",
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """`chartbrief redrive`: exit status 0 if everything that was meant goes on, 1 if something of it cannot."""
    with opened(stack, state) as deployment:
        if bool(queue) + quarantined + bool(publish) > 1:
            raise UsageError("--queue, --quarantined and --publish are three commands: give one of them.")
        if not quarantined and (code or object_key or since):
            raise UsageError("--code, --object and --since choose among quarantined records: add --quarantined.")
        if quarantined:
            wanted = Wanted(code, object_key, since.strftime("%Y-%m-%dT%H:%M:%SZ") if since else "")
            told, lines = _records(deployment, wanted, dry_run)
        elif publish:
            told = publish_again(deployment, publish, dry_run=dry_run)
            lines = [f"{publish}: {told['summarized']:,} summaries {_done('announced', dry_run)}"]
        else:
            told, lines = _letters(_chosen(deployment, queue or []), most, dry_run)
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        typer.echo("\n".join(lines))
    raise typer.Exit(1 if told.get("stuck") else 0)


def _chosen(deployment: Deployment, queues: list[str]) -> list[DeadLetters]:
    there = dead_letter_queues(deployment.names)
    plain = {_plain(name): letters for name, letters in there.items()}
    unknown = [name for name in queues if _plain(name) not in plain]
    if unknown:
        raise UsageError(f"No queue {unknown[0]}: there are {', '.join(there)}.")
    return [plain[_plain(name)] for name in queues] or list(there.values())


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").removesuffix("queue").removesuffix("deadletter")


def _letters(queues: list[DeadLetters], most: int, dry_run: bool) -> tuple[dict[str, Any], list[str]]:
    counts = {each.name: each.count() if dry_run else each.redrive(most) for each in queues}
    lines = [f"{name}: {count:,} dead letters {_done('sent back', dry_run)}" for name, count in counts.items()]
    if any(counts.values()) and not dry_run:
        lines.append("one that fails again comes back to its dead-letter queue, some hours later")
    return {"dry_run": dry_run, "dead_letters": counts}, lines


def _records(deployment: Deployment, wanted: Wanted, dry_run: bool) -> tuple[dict[str, Any], list[str]]:
    ledger = RedriveLedger(Table(deployment.names["LedgerTable"]))
    found = Quarantine(Bucket(deployment.names["SummariesBucket"]), ledger).find(wanted)
    if not dry_run:
        send_redrives(found.redrives, deployment.names["NotesUploadedQueue"])
    left = {reason: count for reason, count in found.left.items() if count}
    told = {
        "dry_run": dry_run,
        "records": found.codes.total(),
        "codes": dict(found.codes),
        "left": left,
        "of_replaced_files": found.noncurrent,
        "stuck": sum(count for reason, count in left.items() if "any more" not in reason),
    }
    lines = [f"{count:,} records ({code}) {_done('sent', dry_run)}" for code, count in found.codes.most_common()]
    lines += [f"{count:,} records stay: {reason}" for reason, count in left.items()]
    if found.noncurrent:
        lines.append(f"{found.noncurrent:,} of them are of files that another of the same name has replaced since")
    return told, lines or ["no such record is quarantined"]


def _done(word: str, dry_run: bool) -> str:
    return f"would be {word}" if dry_run else word
