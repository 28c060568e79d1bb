"""`chartbrief model cleanup`: what `deploy` made, what it costs, and an end to it."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from chartbrief.model.consoles import console_for
from chartbrief.model.deploy import telling
from chartbrief.model.failures import model_failures_told
from note_summarizer.deployment.cleanup import look_for_cleanup
from note_summarizer.deployment.connections import Aws, open_aws
from note_summarizer.deployment.costs import cost_of
from note_summarizer.deployment.delete_deployed import delete_deployed
from note_summarizer.deployment.plan_cleanup import CleanupPlan
from note_summarizer.deployment.waiting import Patience
from note_summarizer.errors import OptionsError

HELP = (
    "Delete what [bold]chartbrief model deploy[/bold] made and nobody uses any more.\n\n"
    "Lists each thing with what it costs while it exists, asks, deletes in the right order, and looks afterwards"
    " whether anything is left. What an SSM parameter or a running stack names is kept, unless --force is given."
)


def cleanup(
    stage: Annotated[str, typer.Option(help="Environment to clean up.")] = "dev",
    model: Annotated[str | None, typer.Option(help="Only this SageMaker model and what belongs to it.")] = None,
    artifacts: Annotated[bool, typer.Option("--artifacts", help="Also delete the archives in S3.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also what is in use, and the SSM parameters that name it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List only.")] = False,
    price_per_hour: Annotated[
        float | None, typer.Option(help="Your price of an instance, USD an hour; else AWS's price list.", min=0)
    ] = None,
    region: Annotated[str | None, typer.Option(help="AWS region; by default your environment's.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait for an endpoint to go.", min=1)] = 1800.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """`chartbrief model cleanup`."""
    tell = telling(as_json)
    with model_failures_told():
        aws = open_aws(region)
        plan = look_for_cleanup(aws, stage, model, force, artifacts, tell)
        costs = [cost_of(item, aws, price_per_hour) for item in plan.delete]
        _list(plan, costs, console_for(stderr=as_json))
        deleted = bool(plan.delete) and not dry_run and (yes or _agreed())
        if deleted:
            delete_deployed(plan.delete, aws, Patience(limit=timeout), tell)
            tell(f"Verified: nothing of these {len(plan.delete)} is left.")
    if as_json:
        sys.stdout.write(json.dumps(_as_json(plan, costs, aws, deleted)) + "\n")
    if plan.delete and not dry_run and not deleted:
        raise typer.Exit(1)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise OptionsError(
            "Nothing was deleted: there is no terminal to ask on. Give --yes, or --dry-run to list only."
        )
    return typer.confirm("Delete all of this?", err=True)


def _list(plan: CleanupPlan, costs: list[str], console: Console) -> None:
    if not plan.delete:
        console.print("There is nothing to delete.")
    else:
        name = Column("name", overflow="fold")
        table = Table("what", name, "while it exists", title="To be deleted", title_style="bold")
        for item, cost in zip(plan.delete, costs, strict=True):
            table.add_row(item.kind, item.label, cost)
        console.print(table)
    for kept in plan.kept:
        console.print(f"Kept: {kept.item.kind} {kept.item.name} ({kept.reason})", highlight=False, soft_wrap=True)


def _as_json(plan: CleanupPlan, costs: list[str], aws: Aws, deleted: bool) -> dict[str, Any]:
    pairs = zip(plan.delete, costs, strict=True)
    return {
        "region": aws.region,
        "items": [{"kind": item.kind, "name": item.name, "cost": cost} for item, cost in pairs],
        "kept": [{"kind": kept.item.kind, "name": kept.item.name, "reason": kept.reason} for kept in plan.kept],
        "deleted": deleted,
    }
