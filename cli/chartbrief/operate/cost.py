"""`chartbrief cost`: what was spent on summarizing, by day and batch, and what the backlog will cost."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from chartbrief.errors import UsageError
from chartbrief.model.consoles import console_for
from chartbrief.operate.auditing.deployed import places_of
from chartbrief.operate.spending.account import Account, account_of
from chartbrief.operate.spending.batches import batches_between, day_rows, waiting
from chartbrief.operate.spending.render import NOT_IN_IT, as_json, render_account
from chartbrief.operate.spending.tariff import Tariff
from chartbrief.operate.where import AsJson, StackName, StateFolder, opened, place
from note_summarizer.comparison.prices import load_prices
from note_summarizer.errors import DataError

HELP = (
    "Show what was spent on summarizing: instance-hours and US dollars by day, against the caps, for 1,000 summaries,"
    " and what the notes that wait will cost at that rate."
    "\n\n"
    "Jobs are billed by the instance-second, which the ledger keeps for every batch; Bedrock by tokens, which are"
    " estimated. Prices come from the dated list of chartbrief model compare; --price and --prices put yours in its"
    " place. The whole ledger is read once."
    "\n\n"
    f"Not in it: {NOT_IN_IT}."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief cost --days 30 --stack chartbrief-prod\n"
    "  chartbrief cost --price 0.23 --batches --stack chartbrief-prod"
)
_MOST_DAYS = 100


def cost(
    stack: StackName = "",
    state: StateFolder = None,
    as_one_object: AsJson = False,
    days: Annotated[int, typer.Option(help="So many days, today (UTC) among them.", min=1, max=_MOST_DAYS)] = 7,
    price: Annotated[
        float | None, typer.Option(metavar="USD", help="Price of one instance for one hour.", min=0)
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices of yours, as docs/compare.md has them.")
    ] = None,
    batches: Annotated[bool, typer.Option("--batches", help="Show the dearest batches, too.")] = False,
    rows: Annotated[int, typer.Option(help="So many batches are shown.", min=1)] = 20,
) -> None:
    """`chartbrief cost`: what the ledger does not say is told, not guessed."""
    today = datetime.now(UTC).date()
    dates = [f"{today - timedelta(days=back):%Y-%m-%d}" for back in range(days - 1, -1, -1)]
    with opened(stack, state) as deployment:
        try:
            listed = load_prices(prices)
        except DataError as error:
            raise UsageError(str(error)) from None
        tariff = Tariff(listed, deployment.parameters.get("InstanceType", ""), price)
        table = places_of(deployment).table
        account = account_of(
            batches_between(table, dates[0], dates[-1]),
            dates,
            day_rows(table, dates),
            deployment.parameters,
            tariff,
            waiting(table),
            most_batches=rows,
        )
    if as_one_object:
        sys.stdout.write(json.dumps(_json(account, tariff, place(stack, state)), ensure_ascii=False) + "\n")
    else:
        render_account(console_for(), account, tariff, place(stack, state), with_batches=batches)


def _json(account: Account, tariff: Tariff, deployment: str) -> dict[str, Any]:
    return {"deployment": deployment, **as_json(account, tariff)}
