"""The account of some days: sums by day and way, each batch, and what the backlog will cost at that rate. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chartbrief.operate.spending.batches import SpentBatch, Waiting
from chartbrief.operate.spending.tariff import Tariff, Usd
from notes_pipeline.aws.table import Row

_HOUR, _THOUSAND = 3_600, 1_000


@dataclass
class Sum:
    """What some batches came to together."""

    batches: int = 0
    notes: int = 0
    summarized: int = 0
    instance_seconds: int = 0
    failed_seconds: int = 0
    tokens: int = 0
    usd: Usd = field(default_factory=Usd)

    def add(self, batch: SpentBatch, usd: Usd) -> None:
        """Add one more."""
        seconds = batch.instance_seconds if batch.instance_seconds is not None else batch.estimated_seconds
        self.batches += 1
        self.notes += batch.notes
        self.summarized += batch.summarized
        self.tokens += batch.tokens
        self.instance_seconds += seconds
        self.failed_seconds += seconds if batch.has_failed else 0
        self.usd = self.usd.plus(usd)

    @property
    def per_thousand(self) -> Usd | None:
        """What a thousand summaries cost; None if there are none."""
        return self.usd.times(_THOUSAND / self.summarized) if self.summarized else None


@dataclass(frozen=True)
class Cap:
    """How much of a day's caps is used, in percent; None where there is no cap."""

    notes: int | None = None
    hours: int | None = None


@dataclass(frozen=True)
class Estimate:
    """What waits, and what it will cost by what finished batches took; None if none tells."""

    waiting: Waiting
    usd: Usd | None
    instance_seconds: int | None
    basis: str


@dataclass(frozen=True)
class Account:
    """The account of some days."""

    days: dict[str, Sum]
    ways: dict[str, Sum]
    total: Sum
    caps: dict[str, Cap]
    estimate: Estimate
    batches: tuple[tuple[SpentBatch, Usd], ...]


def account_of(
    batches: Iterable[SpentBatch],
    days: Sequence[str],
    rows: Mapping[str, Row],
    parameters: Mapping[str, str],
    tariff: Tariff,
    waiting: Waiting,
    *,
    most_batches: int,
) -> Account:
    """Return the account of some days.

    Args:
        rows: the ledger's own rows of these days.
        most_batches: of the batches, so many are kept: the dearest.
    """
    by_day, by_way, total = {day: Sum() for day in days}, dict[str, Sum](), Sum()
    kept: list[tuple[SpentBatch, Usd]] = []
    for batch in batches:
        usd = tariff.of_batch(batch)
        for sum_ in (by_day.setdefault(batch.day, Sum()), by_way.setdefault(batch.way.value, Sum()), total):
            sum_.add(batch, usd)
        kept.append((batch, usd))
        if len(kept) > 2 * most_batches:
            kept = _dearest(kept, most_batches)
    return Account(
        days=dict(sorted(by_day.items())),
        ways=by_way,
        total=total,
        caps={day: _cap(rows.get(day, {}), by_day[day], parameters) for day in days},
        estimate=_estimate(total, waiting),
        batches=tuple(_dearest(kept, most_batches)),
    )


def _dearest(batches: list[tuple[SpentBatch, Usd]], most: int) -> list[tuple[SpentBatch, Usd]]:
    return sorted(batches, key=lambda pair: (-pair[1].most, pair[0].day, pair[0].batch_id))[:most]


def _cap(row: Row, spent: Sum, parameters: Mapping[str, str]) -> Cap:
    notes, hours = (float(parameters.get(name) or 0) for name in ("MaxNotesPerDay", "MaxInstanceHoursPerDay"))
    seconds = row.get("committed_seconds", spent.instance_seconds)
    return Cap(
        notes=int(100 * row.get("notes", spent.notes) / notes) if notes else None,
        hours=int(100 * seconds / _HOUR / hours) if hours else None,
    )


def _estimate(total: Sum, waiting: Waiting) -> Estimate:
    if not total.tokens or not waiting.notes:
        basis = "nothing waits" if not waiting.notes else "no batch of these days tells: take more --days"
        return Estimate(waiting, None, None, basis)
    share = waiting.tokens / total.tokens
    return Estimate(
        waiting,
        total.usd.times(share),
        round(total.instance_seconds * share),
        f"by the {total.tokens} tokens of these days' batches",
    )
