"""What a rate costs, on paper: dollars a million notes, and how long and how much many notes take; pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

MILLION = 1_000_000


@dataclass(frozen=True)
class Instance:
    """An instance for transform jobs.

    Attributes:
        price: US dollars an hour, as its user pays it.
        cores: what it has; a rate measured on other cores is scaled to them linearly.
        start_minutes: from the job's creation to its first request; billed only from the container's start on, here in
            full, so that costs are rather too high.
    """

    name: str
    price: float
    cores: int
    start_minutes: float

    def rate(self, measured: float, cores: int) -> float:
        """Return notes a second on the instance, from a rate that was measured on `cores` cores."""
        return measured * self.cores / cores


@dataclass(frozen=True)
class Plan:
    """A job on paper: hours of wall clock, and US dollars."""

    notes: int
    instances: int
    hours: float
    dollars: float


def dollars_per_million(price: float, rate: float) -> float:
    """Return US dollars for a million notes: price an instance-hour / (notes a second x 3600) x 1,000,000.

    Raises:
        ValueError: the rate is not positive.
    """
    if rate <= 0:
        raise ValueError("The rate must be above zero notes a second.")
    return price / (rate * 3600) * MILLION


def plan_job(notes: int, instances: int, instance: Instance, rate: float, notes_per_shard: int) -> Plan:
    """Return how long a job takes and what it costs.

    Shards are files of equal work, and a job spreads over instances by file: the busiest instance has
    ceil(shards / instances) of them, and all are billed until it is done.

    Args:
        rate: notes a second on one instance.
        notes_per_shard: of one staged file.
    """
    shards = ceil(notes / notes_per_shard)
    busiest = min(notes, ceil(shards / instances) * notes_per_shard)
    hours = instance.start_minutes / 60 + busiest / rate / 3600
    return Plan(notes, instances, hours, hours * instances * instance.price)
