"""One audit: gather, ask, look again at what seems wrong, and say how the books stand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from chartbrief.operate.auditing.checks import Times, ask_all
from chartbrief.operate.auditing.deployed import Deployed
from chartbrief.operate.auditing.evidence import Evidence, evidence
from chartbrief.operate.auditing.finding import Finding, Kind
from chartbrief.operate.auditing.gather_drops import find_stand_ins, take_versions
from chartbrief.operate.auditing.gather_ledger import gather_ledger
from chartbrief.operate.auditing.gather_records import gather_contents, gather_records
from chartbrief.operate.auditing.inventory import read_manifest, versions_of
from chartbrief.operate.auditing.look_again import confirmed
from chartbrief.operate.auditing.standing import Standing, standing_of
from chartbrief.operate.listings import versions
from notes_pipeline.core.identify import INCOMING

_HOUR, _DAY = 3_600.0, 86_400.0


@dataclass(frozen=True)
class Scope:
    """How an audit is made.

    Attributes:
        grace_seconds: what is younger may still be under way.
        stale_seconds: what is open for longer is stale.
        retention_days: drops may be gone from the bucket after so long; 0 if they never may.
        inventory: address of an inventory's manifest, "" to list the bucket.
        read_all: whether every summary record is read.
        pause_seconds: between a finding and the second look at it.
        where: options that name the deployment, for what is told to be typed.
    """

    grace_seconds: float = _HOUR
    stale_seconds: float = _DAY
    retention_days: int = 0
    inventory: str = ""
    read_all: bool = True
    pause_seconds: float = 0.0
    where: str = ""


@dataclass(frozen=True)
class Audit:
    """What an audit came to.

    Attributes:
        more: by kind, findings that are not among those told.
        refuted: what seemed wrong at the first look and was not at the second.
        inventory_age: in seconds, None if the bucket was listed.
    """

    standing: Standing
    findings: tuple[Finding, ...]
    more: dict[str, int]
    refuted: int
    began: float
    seconds: float
    read_all: bool
    inventory_age: float | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each kind."""
        told = [found.kind for found in self.findings]
        return {kind.value: told.count(kind) + self.more.get(kind.value, 0) for kind in Kind}

    @property
    def problems(self) -> int:
        """How many findings there are."""
        return sum(self.counts.values())


def audit_deployment(deployed: Deployed, scope: Scope, tell: Callable[[str], None] = lambda _: None) -> Audit:
    """Audit a deployment.

    Args:
        tell: is told what is under way.

    Raises:
        UsageError: the inventory cannot be used.
        DependencyError: a service failed.
    """
    began = time.time()
    with evidence() as found:
        age = _gather(found, deployed, scope, tell, began)
        times = _times(scope, began, age)
        names = {"where": scope.where, "notes": deployed.notes.name, "summaries": deployed.summaries.name}
        tell("Asking the checks ...")
        suspects = ask_all(found, times, names)
        if suspects.told:
            tell(f"Looking again at {len(suspects.told)} finding(s) ...")
            time.sleep(scope.pause_seconds)
        sure = confirmed(found, suspects, deployed, times)
        return Audit(
            standing=standing_of(found),
            findings=sure.told,
            more=sure.more,
            refuted=len(suspects.told) - len(sure.told),
            began=began,
            seconds=time.time() - began,
            read_all=scope.read_all,
            inventory_age=age,
        )


def _gather(found: Evidence, deployed: Deployed, scope: Scope, tell: Callable[[str], None], now: float) -> float | None:
    """Gather everything; return the age of the inventory in seconds, if one was read.

    The ledger comes first: what it says was done is there when the buckets are read after it.
    """
    inventory = read_manifest(scope.inventory, deployed.notes.name) if scope.inventory else None
    tell("Reading the ledger ...")
    rows = gather_ledger(found, deployed.table)
    tell(f"{rows} rows of the ledger. Reading the {'inventory' if inventory else 'list'} of what was dropped ...")
    source = versions_of(inventory, INCOMING) if inventory else versions(deployed.notes.name, INCOMING)
    dropped = take_versions(found, deployed.notes.name, source)
    tell(f"{dropped} dropped files. Reading summary and quarantine records ...")
    gather_records(found, deployed.summaries, read_all=scope.read_all)
    found.close_gathering()
    find_stand_ins(found, deployed.notes)
    gather_contents(found, deployed.work)
    found.close_contents()
    return now - inventory.created if inventory else None


def _times(scope: Scope, now: float, inventory_age: float | None) -> Times:
    return Times(
        young=now - scope.grace_seconds,
        old=now - scope.stale_seconds,
        listed=now + _DAY if inventory_age is None else now - inventory_age,
        kept_since=now - scope.retention_days * _DAY if scope.retention_days else 0.0,
    )
