"""Accounts, for a person and for a program."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from chartbrief.operate.spending.account import Account, Cap, Sum
from chartbrief.operate.spending.tariff import Tariff, Usd
from chartbrief.render_run import plain

NOT_IN_IT = "S3, DynamoDB, Lambda, queues, logs, KMS, Comprehend Medical, and an endpoint's hours"
_HOUR = 3_600


def render_account(console: Console, account: Account, tariff: Tariff, place: str, *, with_batches: bool) -> None:
    """Print an account."""
    console.print(plain(f"{place}, jobs on {tariff.instance}, {_prices(tariff)}"), style="dim", soft_wrap=True)
    table = _table("day", "batches", "notes", "summarized", "instance-hours", "USD", "USD/1,000", "of the day's cap")
    for day, sum_ in account.days.items():
        if sum_.batches:
            table.add_row(day, *_cells(sum_), _used(_cap(account, day)))
    table.add_section()
    table.add_row("total", *_cells(account.total), "", style="bold")
    console.print(table)
    _render_ways(console, account)
    _render_estimate(console, account)
    if with_batches:
        _render_batches(console, account)
    for remark in sorted(account.total.usd.remarks):
        console.print(plain(f"* {remark}"), soft_wrap=True)
    console.print(plain(f"not in it: {NOT_IN_IT}"), soft_wrap=True)


def as_json(account: Account, tariff: Tariff) -> dict[str, Any]:
    """Return an account for a program."""
    estimate = account.estimate
    return {
        "instance": tariff.instance,
        "prices_checked": tariff.prices.checked.isoformat(),
        "prices_region": tariff.prices.region,
        "hourly": tariff.hourly,
        "total": _sum(account.total),
        "days": {day: {**_sum(sum_), "cap": asdict(_cap(account, day))} for day, sum_ in account.days.items()},
        "ways": {way: _sum(sum_) for way, sum_ in account.ways.items()},
        "waiting": {
            **asdict(estimate.waiting),
            "usd": _usd(estimate.usd),
            "instance_seconds": estimate.instance_seconds,
            "basis": estimate.basis,
        },
        "batches": [{**asdict(batch), "usd": _usd(usd)} for batch, usd in account.batches],
        "remarks": sorted(account.total.usd.remarks),
        "not_in_it": NOT_IN_IT,
    }


def _render_ways(console: Console, account: Account) -> None:
    if len(account.ways) > 1:
        ways = (f"{way} {_money(sum_.usd)} ({sum_.summarized} summaries)" for way, sum_ in account.ways.items())
        console.print(plain(f"by way: {', '.join(ways)}"), soft_wrap=True)
    if account.total.failed_seconds:
        said = f"{account.total.failed_seconds / _HOUR:.2f} instance-hours went into jobs that failed"
        console.print(plain(said), style="yellow", soft_wrap=True)


def _render_estimate(console: Console, account: Account) -> None:
    found = account.estimate
    if found.usd is None:
        waiting = f"{found.waiting.notes} note(s) wait; " if found.waiting.notes else ""
        console.print(plain(waiting + found.basis), soft_wrap=True)
        return
    hours = f"{(found.instance_seconds or 0) / _HOUR:.2f} instance-hours"
    said = f"{found.waiting.notes} note(s) wait: about USD {_money(found.usd)}, {hours}, {found.basis}"
    console.print(plain(said), soft_wrap=True)


def _render_batches(console: Console, account: Account) -> None:
    table = _table("batch", "day", "way", "notes", "instance-hours", "USD")
    for batch, usd in account.batches:
        hours = "" if batch.instance_seconds is None else f"{batch.instance_seconds / _HOUR:.2f}"
        table.add_row(batch.batch_id, batch.day, batch.way.value, str(batch.notes), hours, _money(usd))
    console.print(table)


def _cells(sum_: Sum) -> tuple[str, ...]:
    per_thousand = sum_.per_thousand
    counts = (str(sum_.batches), str(sum_.notes), str(sum_.summarized), f"{sum_.instance_seconds / _HOUR:.2f}")
    return (*counts, _money(sum_.usd), _money(per_thousand) if per_thousand else "")


def _cap(account: Account, day: str) -> Cap:
    return account.caps.get(day, Cap())


def _used(cap: Cap) -> str:
    told = ((cap.notes, "notes"), (cap.hours, "hours"))
    return ", ".join(f"{percent}% of {name}" for percent, name in told if percent is not None)


def _money(usd: Usd) -> str:
    if not usd.most and usd.remarks:
        return "?"
    if round(usd.least, 4) == round(usd.most, 4):
        return _figure(usd.most)
    return f"{_figure(usd.least)} to {_figure(usd.most)}"


def _figure(usd: float) -> str:
    return f"{usd:.2f}" if usd >= 1 else f"{usd:.4f}"


def _sum(sum_: Sum) -> dict[str, Any]:
    found = {name: value for name, value in asdict(sum_).items() if name != "usd"}
    return {**found, "usd": _usd(sum_.usd), "usd_per_thousand": _usd(sum_.per_thousand)}


def _usd(usd: Usd | None) -> dict[str, float] | None:
    return None if usd is None else {"least": round(usd.least, 6), "most": round(usd.most, 6)}


def _prices(tariff: Tariff) -> str:
    if tariff.hourly is not None:
        return f"USD {tariff.hourly} an hour"
    return f"prices of {tariff.prices.region} as of {tariff.prices.checked}"


def _table(first: str, *others: str) -> Table:
    table = Table()
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="left" if name in ("day", "way", "of the day's cap") else "right")
    return table
