"""`chartbrief forget`: a patient's notes, and all that was made of them, erased; and looked for once more."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from chartbrief.deployment import Deployment
from chartbrief.errors import UsageError
from chartbrief.operate.forgetting.certificate import Erasure, certificate
from chartbrief.operate.forgetting.erase import count_all, erase_all
from chartbrief.operate.forgetting.find import Places, find
from chartbrief.operate.forgetting.ledger_traces import gather
from chartbrief.operate.forgetting.output_folder import has_output, renew_output
from chartbrief.operate.forgetting.prove import Proof
from chartbrief.operate.forgetting.refusals import refuse, refuse_files
from chartbrief.operate.forgetting.subject import Subject
from chartbrief.operate.steps_bar import counting
from chartbrief.operate.where import DEFAULT_STATE, AsJson, StackName, StateFolder, opened, place
from notes_pipeline.aws.objects import Bucket
from notes_pipeline.aws.table import Table
from notes_pipeline.core.formats.reading import rules_of

HELP = (
    "Erase a patient's notes and everything that was made of them, in every version, and prove it."
    "\n\n"
    "Looks through everything that was dropped and written, takes out what is the patient's (a file of others' notes is"
    " written anew without it), and looks through everything once more. What is erased cannot be had back, except from"
    " backups of your own and, for 35 days, from the ledger's point-in-time recovery. A file that is dropped again"
    " brings its notes back."
    "\n\n"
    "A patient is meant by the whole id. Notes that name no patient are found by --note alone. Interrupted, the same"
    " command does what is left."
    "\n\n"
    "[bold]Exit status[/bold]"
    "\n\n"
    "  0  nothing is left (or, with --dry-run: counted)\n"
    "  1  something is left, or has to be waited for\n"
    "  2  the arguments cannot work"
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief forget 123456 --system ehr --stack chartbrief-prod --dry-run\n"
    "  chartbrief forget 123456 --system ehr --stack chartbrief-prod --certificate erasure.json\n"
    "  chartbrief forget --note ED-2001 --system ed --stack chartbrief-prod"
)


def forget(
    patient: Annotated[str, typer.Argument(metavar="PATIENT", help="The patient's id, whole.")] = "",
    system: Annotated[str, typer.Option(help="Source system that the id belongs to.")] = "",
    all_systems: Annotated[
        bool, typer.Option("--all-systems", help="The id means the same patient in every source system.")
    ] = False,
    note: Annotated[list[str] | None, typer.Option(help="A single note's id instead; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    certificate_file: Annotated[
        Path | None, typer.Option("--certificate", metavar="FILE", help="Write what was done and proved, without ids.")
    ] = None,
    stack: StackName = "",
    state: StateFolder = None,
    as_json: AsJson = False,
) -> None:
    """`chartbrief forget`: exit status 0 only if the proof finds nothing."""
    with opened(stack, state) as deployment:
        if bool(patient) == bool(note):
            raise UsageError("Name a patient, or single notes with --note.")
        if as_json and not (yes or dry_run):
            raise UsageError("Nobody can be asked with --json: add --yes, or --dry-run.")
        began = datetime.now(UTC).isoformat(timespec="seconds")
        subject = Subject(patient, frozenset(note or ()), system)
        counts, proof = _forget(deployment, subject, all_systems, None if dry_run else yes)
        out = (state or DEFAULT_STATE).parent
        if proof and deployment.is_local and has_output(out):
            counts["output folder"] = renew_output(out, Bucket(proof.places.summaries), deployment.client("s3"))
            proof.look_in_folder(out)
    if proof is None:
        _tell({"dry_run": True, "erased": dict(counts)}, _counted(counts, "would go"), as_json)
        return
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    told, salt = certificate(Erasure(place(stack, state), began, ended, counts), proof)
    if certificate_file:
        certificate_file.write_text(json.dumps(told, indent=2) + "\n")
    lines = [*_counted(counts, "gone"), *_proved(proof), f"to show whom the certificate is about: {salt}"]
    _tell(told | {"secret": salt}, lines, as_json)
    raise typer.Exit(1 if proof.found else 0)


def _forget(
    deployment: Deployment, subject: Subject, all_systems: bool, yes: bool | None
) -> tuple[Counter[str], Proof | None]:
    """Find, ask, erase, and look again; `yes` None only counts."""
    places, table = _places(deployment), Table(deployment.names["LedgerTable"])
    console = Console(stderr=True)
    with counting(console, "objects read") as tell:
        traces = find(places, subject, tell)
    if len(subject.systems) > 1 and not (subject.system or all_systems):
        raise UsageError(
            f"{', '.join(sorted(subject.systems))} all have this id: name one with --system, or add --all-systems."
        )
    refuse_files(traces)
    ledger = gather(table, subject, traces.shards)
    if yes is None:
        return count_all(places, subject, traces, ledger), None
    refuse(deployment, traces, ledger)
    if not yes:
        counts = count_all(places, subject, traces, ledger)
        typer.echo("\n".join(_counted(counts, "would go")), err=True)
        typer.confirm("Erase this for good?", abort=True, err=True)
    erased = erase_all(places, table, subject, traces, ledger)
    proof = Proof(subject, places)
    with counting(console, "objects looked at again") as tell:
        proof.look(table, tell)
    return erased, proof


def _places(deployment: Deployment) -> Places:
    notes, work, summaries = (deployment.names[name] for name in ("NotesBucket", "WorkBucket", "SummariesBucket"))
    return Places(notes, work, summaries, rules_of(deployment.parameters))


def _counted(counts: Mapping[str, int], what: str) -> list[str]:
    found = [f"{count:,} in {name} {what}" for name, count in counts.items() if count]
    return found or ["nothing was found"]


def _proved(proof: Proof) -> list[str]:
    lines = [
        f"{name}: {seen.looked_at:,} looked at again, {seen.found:,} traces"
        + (f" ({seen.shared:,} of others' records say something of the same)" if seen.shared else "")
        for name, seen in proof.seen.items()
    ]
    return [*lines, "nothing is left" if not proof.found else "SOMETHING IS LEFT: run the same command again"]


def _tell(told: Mapping[str, Any], lines: list[str], as_json: bool) -> None:
    sys.stdout.write(json.dumps(told) + "\n" if as_json else "".join(f"{line}\n" for line in lines))
