"""Overviews and stories for a person."""

from __future__ import annotations

import time

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chartbrief.books import Books
from chartbrief.operate.looking.overview import Overview
from chartbrief.operate.looking.story import Story
from chartbrief.operate.times import iso, spoken
from chartbrief.render_run import plain

_COLUMNS = ("received", "summarized", "quarantined", "duplicate", "superseded", "pending")
_IGNORED = "ignored"
_RIGHT = frozenset({*_COLUMNS, _IGNORED, "notes", "record", "shards"})
_WIDE = frozenset({"reason"})


def render_overview(console: Console, seen: Overview, title: str, options: str) -> None:
    """Print an overview."""
    console.print(plain(title), style="dim", soft_wrap=True)
    _render_books(console, seen)
    _render_backlog(console, seen)
    _render_batches(console, seen)
    _render_queues(console, seen, options)
    _render_day(console, seen)


def render_story(console: Console, story: Story, rows: int) -> None:
    """Print a story; of its table at most `rows` rows."""
    console.print(plain(f"{story.subject} {story.identity}"), style="bold", soft_wrap=True)
    width = max(map(len, story.facts), default=0)
    for name, value in story.facts.items():
        console.print(Text.assemble(f"  {name:<{width}}  ", plain(value)), soft_wrap=True)
    for event in story.events:
        at = event.at[:19].replace("T", " ") or "then"
        console.print(Text.assemble("  ", (f"{at:<19}", "cyan"), "  ", plain(event.what)), soft_wrap=True)
    if story.rows[:rows]:
        console.print(_table([{**row} for row in story.rows[:rows]]))
    if len(story.rows) > rows:
        console.print(plain(f"... and {len(story.rows) - rows} more: --rows, or --json"), soft_wrap=True)


def _render_books(console: Console, seen: Overview) -> None:
    if not seen.systems:
        return
    if len(seen.systems) > 1:
        ignored = {name: {_IGNORED: str(seen.ignored.get(name, 0))} if seen.ignored else {} for name in seen.systems}
        console.print(_table([{"system": n, **_cells(books), **ignored[n]} for n, books in seen.systems.items()]))
    total = seen.books
    console.print(plain(total.line()), style="bold green" if total.closed else "bold", soft_wrap=True)
    if seen.ignored:
        count = sum(seen.ignored.values())
        beside = f"beside them {count} ignored, which tell no story (by kind: chartbrief status FILE)"
        console.print(plain(beside), style="dim", soft_wrap=True)


def _cells(books: Books) -> dict[str, str]:
    return {name: str(getattr(books, name)) for name in _COLUMNS}


def _render_backlog(console: Console, seen: Overview) -> None:
    backlog = seen.backlog
    if not backlog.notes:
        console.print("nothing waits for the model", soft_wrap=True)
        return
    since = f", the oldest since {iso(backlog.since)} ({_age(backlog.since)})" if backlog.since else ""
    urgent = f", {backlog.urgent} of them urgent" if backlog.urgent else ""
    console.print(plain(f"{backlog.notes} note(s) wait in {backlog.shards} shard(s){urgent}{since}"), soft_wrap=True)
    if seen.day.get("held_notes", "0") not in ("0", ""):
        held = f"{seen.day['held_notes']} of them are held: {seen.day.get('held_reason', 'no reason is told')}"
        console.print(plain(held), style="yellow", soft_wrap=True)


def _render_batches(console: Console, seen: Overview) -> None:
    if not seen.batches:
        console.print("no batch is open", soft_wrap=True)
        return
    rows = [
        {
            "batch": batch.batch_id,
            "status": batch.status,
            "way": batch.way,
            "notes": str(batch.notes),
            "age": _age(batch.since),
            "job": batch.job,
        }
        for batch in seen.batches
    ]
    console.print(_table(rows))


def _render_queues(console: Console, seen: Overview, options: str) -> None:
    busy = [
        f"{name} {waiting} + {flying} in flight" for name, (waiting, flying) in seen.queues.items() if waiting + flying
    ]
    if busy:
        console.print(plain(f"messages: {', '.join(busy)}"), soft_wrap=True)
    dead = [f"{count} in {name}" for name, count in seen.dead_letters.items() if count]
    if dead:
        console.print(plain(f"messages that failed for good: {', '.join(dead)}"), style="bold red", soft_wrap=True)
        console.print(plain(f"  -> chartbrief redrive {options}"), style="cyan", soft_wrap=True)
    else:
        console.print("no message failed for good", soft_wrap=True)


def _render_day(console: Console, seen: Overview) -> None:
    used = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in seen.day.items() if not name.startswith("held")
    )
    caps = ", ".join(f"{name} {value}" for name, value in seen.caps.items() if value != "0") or "none"
    console.print(plain(f"today (UTC): {used or 'nothing'}; caps: {caps}"), soft_wrap=True)


def _table(rows: list[dict[str, str]]) -> Table:
    table = Table()
    for name in rows[0]:
        table.add_column(
            name, justify="right" if name in _RIGHT else "left", overflow="fold", no_wrap=name not in _WIDE
        )
    for row in rows:
        table.add_row(*(plain(value) for value in row.values()))
    return table


def _age(since: float | None) -> str:
    return spoken(time.time() - since) if since else ""
