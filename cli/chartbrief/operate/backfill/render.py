"""What a backfill tells: one JSON object, or some lines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

import typer


def tell_backfill(told: dict[str, Any], as_json: bool) -> None:
    """Print what a backfill came to, or would come to."""
    if as_json:
        sys.stdout.write(json.dumps(told) + "\n")
        return
    skipped = Counter(told["skipped"])
    for line in _dry_lines(told) if told.get("dry_run") else _lines(told):
        typer.echo(line)
    for reason, count in skipped.most_common():
        typer.echo(f"left out: {count:,} ({reason})")


def _lines(told: dict[str, Any]) -> list[str]:
    before = f", {told['done_before']:,} of them in an earlier call" if told["done_before"] else ""
    return [
        f"{told['files']:,} files{before}: {told['sent']:,} given, {told['known']:,} had been in before,"
        f" {told['older']:,} older than the file of that name that is there",
        f"their notes are in the books as soon as they are staged: {told['watch']}",
    ]


def _cost_line(found: dict[str, Any]) -> list[str]:
    if found["instance_seconds"] is None:
        return []
    dollars = "" if found["usd"] is None else f", ${found['usd']:,.2f}"
    hours = f"{found['instance_seconds'] / 3600:,.1f} instance-hours{dollars}"
    return [f"about {hours} at 500 tokens a second: chartbrief cost says what your jobs take"]


def _dry_lines(told: dict[str, Any]) -> list[str]:
    found = told["estimate"]
    about = "" if found["is_exact"] else "about "
    formats = ", ".join(f"{share['files']:,} {name}" for name, share in told["formats"].items())
    return [
        f"{told['files']:,} files of {told['bytes']:,} bytes ({formats or 'none'})",
        f"{about}{found['notes']:,} notes of {found['tokens']:,} tokens, and {found['rejects']:,} records that would be"
        f" quarantined ({found['files_read']:,} files were read to tell)",
        *([f"{about}{found['ignored']:,} records that tell no story would be ignored"] if found["ignored"] else []),
        *_cost_line(found),
        "nothing was given: leave --dry-run out",
    ]
