"""All checks, asked of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from chartbrief.operate.auditing.check_batches import BATCHES
from chartbrief.operate.auditing.check_drops import DROPS
from chartbrief.operate.auditing.check_notes import NOTES
from chartbrief.operate.auditing.check_receipts import RECEIPTS
from chartbrief.operate.auditing.evidence import Evidence
from chartbrief.operate.auditing.finding import Check, Finding, finding_of

CHECKS = (*DROPS, *RECEIPTS, *NOTES, *BATCHES)
# Of one check so many findings are told one by one; the others are counted.
MOST_TOLD = 2_000


@dataclass(frozen=True)
class Times:
    """What is too young to be judged, and what is too old to be well; seconds since 1970.

    Attributes:
        young: what came later may still be under way.
        old: what is open since before is stale.
        listed: drops from later are not in the list of the bucket.
        kept_since: drops from before may be gone from the bucket.
    """

    young: float
    old: float
    listed: float
    kept_since: float = 0.0


@dataclass(frozen=True)
class Suspects:
    """What the checks found: findings that are told, and how many more there are."""

    told: tuple[Finding, ...]
    more: dict[str, int]


def ask_all(evidence: Evidence, times: Times, names: Mapping[str, str]) -> Suspects:
    """Ask every check of evidence."""
    told: list[Finding] = []
    more: dict[str, int] = {}
    for check in CHECKS:
        found = _ask(evidence, check, times, names)
        told += islice(found, MOST_TOLD)
        left = sum(1 for _ in found)
        if left:
            more[check.kind] = more.get(check.kind, 0) + left
    return Suspects(tuple(told), more)


def identities(evidence: Evidence, times: Times) -> Iterator[tuple[Any, ...]]:
    """Yield what every finding of evidence is about, however many there are."""
    for check in CHECKS:
        yield from (found.identity for found in _ask(evidence, check, times, {}))


def _ask(evidence: Evidence, check: Check, times: Times, names: Mapping[str, str]) -> Iterator[Finding]:
    for row in evidence.ask(check.question, asdict(times)):
        yield finding_of(check, dict(row), names)
