"""`chartbrief audit`: proves that every record received ended in one summary or one reason, or says which did not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from chartbrief.errors import UsageError
from chartbrief.model.consoles import console_for
from chartbrief.operate.auditing.audit_deployment import Audit, Scope, audit_deployment
from chartbrief.operate.auditing.deployed import places_of
from chartbrief.operate.auditing.finding import Finding
from chartbrief.operate.auditing.put_metric import put_metric
from chartbrief.operate.auditing.repair import Repaired, repair
from chartbrief.operate.auditing.sentence import figures, sentence
from chartbrief.operate.times import duration, iso
from chartbrief.operate.where import AsJson, StackName, StateFolder, opened, options, place
from chartbrief.render_run import plain

HELP = (
    "Prove that every record received has exactly one current summary or one written reason; or say which has not."
    "\n\n"
    "Lays the list of dropped files, the ledger, and the summary and quarantine records side by side; reads only, but"
    " for --repair. What seems wrong is read once more before it is told, since the pipeline may be at work meanwhile."
    "\n\n"
    "[bold]What is found[/bold]"
    "\n\n"
    "  lost         a file that was not staged, a record or a note without its end\n"
    "  duplicated   two current summaries of a note, or a summary and a reason\n"
    "  orphaned     a record without a row of the ledger, a row without its file, a shard of no batch\n"
    "  stale        a current summary of an older text; what is pending or open for too long\n"
    "  books        rows of the ledger that contradict each other"
    "\n\n"
    "--repair mends what is lost as far as it can make nothing worse: files that were not staged are announced again,"
    " notes whose summary or place is lost go to the model again. The next audit shows what came of it."
    "\n\n"
    "[bold]Exit status[/bold]"
    "\n\n"
    "  0  nothing was found\n"
    "  1  something was found, or a request failed\n"
    "  2  the arguments cannot work"
)
# What the pipeline was about to write when it was looked at first is written by then.
_PAUSE_SECONDS = 20.0


def audit(
    stack: StackName = "",
    state: StateFolder = None,
    as_json: AsJson = False,
    grace: Annotated[str, typer.Option(help="What is younger may still be under way: 90s, 15m, 2h, 3d.")] = "1h",
    stale: Annotated[str, typer.Option(help="What is pending or open for longer is stale.")] = "24h",
    retention: Annotated[
        int, typer.Option(metavar="DAYS", help="Dropped files may be gone after so many days; 0: never.", min=0)
    ] = 0,
    inventory: Annotated[
        str,
        typer.Option(metavar="s3://…/manifest.json", help="Read an S3 Inventory report instead of listing the bucket."),
    ] = "",
    quick: Annotated[
        bool, typer.Option("--quick", help="List the records of notes that have only one, without reading them.")
    ] = False,
    with_metric: Annotated[
        bool, typer.Option("--put-metric", help="Put the number of findings to CloudWatch: Chartbrief/AuditProblems.")
    ] = False,
    mend: Annotated[
        bool, typer.Option("--repair", help="Announce files that were not staged; give lost notes to the model again.")
    ] = False,
    rows: Annotated[int, typer.Option(help="So many findings are shown.", min=0)] = 50,
) -> None:
    """`chartbrief audit`: exit status 1 if something was found."""
    with opened(stack, state) as deployment:
        if inventory and not inventory.startswith("s3://"):
            raise UsageError(f"{inventory} is no address of a manifest: s3://bucket/.../manifest.json.")
        scope = Scope(
            grace_seconds=duration(grace),
            stale_seconds=duration(stale),
            retention_days=retention,
            inventory=inventory,
            read_all=not quick,
            pause_seconds=0.0 if deployment.is_local else _PAUSE_SECONDS,
            where=options(stack, state),
        )
        with _progress() as tell:
            found = audit_deployment(places_of(deployment), scope, tell)
        repaired = repair(deployment, found.findings, datetime.now(UTC)) if mend else None
        if with_metric:
            put_metric(deployment, stack or "local", found)
    if as_json:
        done = {"repaired": asdict(repaired)} if repaired else {}
        sys.stdout.write(json.dumps({**_as_json(found, place(stack, state)), **done}, ensure_ascii=False) + "\n")
    else:
        _render(console_for(), found, place(stack, state), rows)
        _render_repaired(console_for(), repaired)
    raise typer.Exit(1 if found.problems else 0)


@contextmanager
def _progress() -> Iterator[Any]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("") as status:
        yield status.update


def _as_json(found: Audit, deployment: str) -> dict[str, Any]:
    standing = found.standing
    books = {**standing.books.__dict__, "received": standing.books.received}
    return {
        "deployment": deployment,
        "at": iso(found.began),
        "seconds": round(found.seconds, 3),
        "sentence": sentence(found),
        "problems": found.problems,
        "counts": found.counts,
        "books": books,
        "files": standing.files,
        "ignored": standing.ignored,
        "versions": standing.versions,
        "unstaged": standing.unstaged,
        "notes": standing.notes,
        "current_summaries": standing.summaries,
        "superseded_summaries": standing.superseded_summaries,
        "reasons": standing.reasons,
        "pending_since": iso(standing.pending_since),
        "inventory_age_seconds": found.inventory_age,
        "records_read": found.read_all,
        "refuted": found.refuted,
        "not_told": found.more,
        "findings": [item.model_dump(mode="json", exclude_none=True) for item in found.findings],
    }


def _render(console: Console, found: Audit, deployment: str, rows: int) -> None:
    console.print(plain(f"{deployment}, {iso(found.began)}"), style="dim", soft_wrap=True)
    for item in found.findings[:rows]:
        _render_finding(console, item)
    left = found.problems - len(found.findings[:rows])
    if left:
        console.print(plain(f"... and {left} more: --rows, or --json"), soft_wrap=True)
    console.print(plain(sentence(found)), style="bold red" if found.problems else "bold green", soft_wrap=True)
    for line in figures(found):
        console.print(plain(line), soft_wrap=True)


def _render_repaired(console: Console, repaired: Repaired | None) -> None:
    if repaired is None:
        return
    done = (
        f"repaired: {repaired.announced} file(s) announced again, {repaired.given} note(s) wait for the model again,"
        f" {repaired.reasons} reason(s) written again, {repaired.taken_off} shard(s) taken off the backlog"
    )
    console.print(plain(done), style="bold", soft_wrap=True)
    if repaired.left:
        left = ", ".join(f"{count} {code}" for code, count in repaired.left.items())
        console.print(plain(f"for a person: {left}"), soft_wrap=True)


def _render_finding(console: Console, item: Finding) -> None:
    head = Text.assemble(
        (item.kind.upper(), "bold red"), "  ", (item.code, "bold"), f"  since {item.since or 'unknown'}"
    )
    console.print(head, soft_wrap=True)
    for line, style in ((item.says, ""), (item.place(), "dim"), (f"-> {item.todo}", "cyan")):
        console.print(Text("  ").append_text(plain(line)), style=style, soft_wrap=True)
