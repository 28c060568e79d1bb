"""`chartbrief status`: where everything stands, or where one note, file or batch is and what happened to it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from chartbrief.errors import UsageError
from chartbrief.model.consoles import console_for
from chartbrief.operate.auditing.deployed import places_of
from chartbrief.operate.looking.find_subject import find_stories
from chartbrief.operate.looking.overview import Overview, overview
from chartbrief.operate.looking.render import render_overview, render_story
from chartbrief.operate.where import AsJson, StackName, StateFolder, opened, options, place

HELP = (
    "Show where everything stands; or where one note, file or batch is, what happened to it, when and why."
    "\n\n"
    "Without an argument: the books, by source system; what waits, since when, and what holds it; batches that are"
    " open; messages that failed for good; what today has used of its caps."
    "\n\n"
    "WHAT is a note's id (or its note_uid, or how that begins), a dropped file (its key, s3:// address, or object_id),"
    " or a batch (cb-...). A note's id is looked up in every source system, and without reading the whole ledger."
    "\n\n"
    "[bold]Examples[/bold]"
    "\n\n"
    "  chartbrief status --stack chartbrief-prod\n"
    "  chartbrief status ED-1042 --system ed --stack chartbrief-prod\n"
    "  chartbrief status incoming/ed/shift-2031-05-02.csv"
    "\n\n"
    "What is shown names keys and ids, never a note's text."
)


def status(
    what: Annotated[
        str, typer.Argument(metavar="[WHAT]", help="A note, a file or a batch; the whole deployment by default.")
    ] = "",
    stack: StackName = "",
    state: StateFolder = None,
    as_json: AsJson = False,
    system: Annotated[str, typer.Option(help="Source system of the note.")] = "",
    books: Annotated[
        bool, typer.Option("--books/--no-books", help="Count the books, for which the whole ledger is read.")
    ] = True,
    rows: Annotated[int, typer.Option(help="Rows of a table.", min=0)] = 50,
) -> None:
    """`chartbrief status`: exit status 1 if messages failed for good, 2 if there is no such note, file or batch."""
    now = datetime.now(UTC)
    with opened(stack, state) as deployment:
        seen = None if what else overview(deployment, now, with_books=books)
        stories = find_stories(places_of(deployment), what, system) if what else []
        if what and not stories:
            known = "" if system else ", of no system that files came from"
            raise UsageError(f"There is no note, file or batch {what} in {place(stack, state)}{known}.")
    if as_json:
        found: Any = {"found": [story.model_dump(mode="json") for story in stories]} if seen is None else _json(seen)
        sys.stdout.write(json.dumps({"deployment": place(stack, state), **found}, ensure_ascii=False) + "\n")
    elif seen is None:
        for story in stories:
            render_story(console_for(), story, rows)
    else:
        render_overview(console_for(), seen, f"{place(stack, state)}, {now:%Y-%m-%d %H:%M} UTC", options(stack, state))
    if seen is not None and any(seen.dead_letters.values()):
        raise typer.Exit(1)


def _json(seen: Overview) -> dict[str, Any]:
    total = seen.books
    found = {**asdict(seen), "books": {**asdict(total), "received": total.received} if seen.systems else None}
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), **found}
