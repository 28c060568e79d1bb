"""The ledger's books of what is spent: days, what finished jobs took, and how the last jobs of each way went.

A batch is counted once: what it adds to a day is written in one transaction with the mark on its own row that says so,
whatever is repeated and wherever a round is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notes_pipeline.aws.batch_ledger import OpenBatch
from notes_pipeline.aws.table import Change, Row, Table
from notes_pipeline.core.circuit_breaker import Circuit
from notes_pipeline.core.estimate_cost import Experience
from notes_pipeline.core.limits import JOB_MODES, Held, Limits, Spent
from notes_pipeline.models import BatchMode

# More than any cap: the condition of a cap that is not set.
_NO_CAP = 10**15


@dataclass(frozen=True)
class Reservation:
    """What a batch takes of a day's caps.

    Attributes:
        seconds: instance-seconds, as estimated.
        place: what the batch runs on; estimates are learned by it.
        busiest: tokens of the instance that has most to do.
    """

    notes: int
    seconds: int
    place: str = ""
    busiest: int = 0


@dataclass(frozen=True)
class SpendLedger:
    """The rows `DAY#<date>`, `EXPERIENCE#<place>` and `CIRCUIT#<mode>` of one ledger table."""

    table: Table

    def spent(self, now: datetime) -> Spent:
        """Return what the day (UTC) has used of its caps: real instance-seconds of ended jobs, estimates of others."""
        row = self.table.get(*day_key(now)) or {}
        return Spent(notes=row.get("notes", 0), seconds=row.get("committed_seconds", 0))

    def reserve(self, batch: OpenBatch, wanted: Reservation, limits: Limits, now: datetime) -> bool:
        """Count a planned batch on today's caps before it is given to the model; say whether they have room for it.

        One that is counted today already stays so; one that was counted on an earlier day, and not started, moves.
        """
        day = f"{now:%Y-%m-%d}"
        if batch.counted_on == day:
            return True
        if not _has_room(wanted, limits):
            return False
        jobs = int(batch.plan.mode in JOB_MODES)
        changes = [_mark(batch, wanted, day), _add_to_day(day, wanted, jobs, limits)]
        if batch.counted_on:
            changes.append(_take_from_day(batch, jobs))
        return self.table.put_together(changes)

    def release(self, batch: OpenBatch) -> None:
        """Take a batch off the day that it was counted on: it was not given to the model the way it was planned."""
        if batch.counted_on:
            unmark = Change(
                *_batch_key(batch.plan.batch_id), "REMOVE counted_on", "counted_on = :day", {"day": batch.counted_on}
            )
            self.table.put_together([unmark, _take_from_day(batch, int(batch.plan.mode in JOB_MODES))])

    def write_holds(self, held: Held, spent_percent: int, now: datetime) -> None:
        """Write on the day's row what is held now and why, for those who look; nothing is decided by it."""
        self.table.update(
            *day_key(now),
            "SET held_reason = :reason, held_notes = :notes, held_at = :at, spend_percent = :percent",
            "",
            reason=held.reason,
            notes=sum(held.notes.values()),
            at=now.isoformat(),
            percent=spent_percent,
        )

    def experience(self, place: str) -> Experience:
        """Return what the finished jobs of a place took."""
        row = self.table.get(*experience_key(place))
        return Experience.model_validate_json(row["experience"]) if row else Experience()

    def circuit(self, mode: BatchMode) -> Circuit:
        """Return how the last jobs of a way went."""
        row = self.table.get(*circuit_key(mode))
        return Circuit.model_validate_json(row["circuit"]) if row else Circuit()

    def write_circuit(self, mode: BatchMode, circuit: Circuit) -> None:
        """Record that a job could not even be created."""
        self.table.update(*circuit_key(mode), "SET circuit = :circuit", "", circuit=circuit.model_dump_json())


def day_key(now: datetime) -> tuple[str, str]:
    """Return the key of a day's row; days are UTC."""
    return f"DAY#{now:%Y-%m-%d}", "DAY"


def experience_key(place: str) -> tuple[str, str]:
    """Return the key of the row that says what the finished jobs of a place took."""
    return f"EXPERIENCE#{place}", "EXPERIENCE"


def circuit_key(mode: BatchMode) -> tuple[str, str]:
    """Return the key of the row that says how the last jobs of a way went."""
    return f"CIRCUIT#{mode.value}", "CIRCUIT"


def _batch_key(batch_id: str) -> tuple[str, str]:
    return f"BATCH#{batch_id}", "BATCH"


def _has_room(wanted: Reservation, limits: Limits) -> bool:
    notes, seconds = limits.notes_per_day or _NO_CAP, limits.seconds_per_day or _NO_CAP
    return wanted.notes <= notes and wanted.seconds <= seconds


def _mark(batch: OpenBatch, wanted: Reservation, day: str) -> Change:
    before = "counted_on = :before" if batch.counted_on else "attribute_not_exists(counted_on)"
    values: Row = {"before": batch.counted_on} if batch.counted_on else {}
    return Change(
        *_batch_key(batch.plan.batch_id),
        "SET counted_on = :day, notes = :notes, estimated_seconds = :seconds, place = :place, busiest = :busiest",
        f"#status = :planned AND {before}",
        {
            "day": day,
            "notes": wanted.notes,
            "seconds": wanted.seconds,
            "place": wanted.place,
            "busiest": wanted.busiest,
            "planned": "planned",
            **values,
        },
    )


def _add_to_day(day: str, wanted: Reservation, jobs: int, limits: Limits) -> Change:
    return Change(
        f"DAY#{day}",
        "DAY",
        "ADD notes :notes, jobs :jobs, estimated_seconds :seconds, committed_seconds :seconds",
        "(attribute_not_exists(notes) OR notes <= :most_notes) AND "
        "(attribute_not_exists(committed_seconds) OR committed_seconds <= :most_seconds)",
        {
            "notes": wanted.notes,
            "jobs": jobs,
            "seconds": wanted.seconds,
            "most_notes": (limits.notes_per_day or _NO_CAP) - wanted.notes,
            # What costs no instance-seconds is not held for want of them.
            "most_seconds": (limits.seconds_per_day or _NO_CAP) - wanted.seconds if wanted.seconds else _NO_CAP,
        },
    )


def _take_from_day(batch: OpenBatch, jobs: int) -> Change:
    return Change(
        f"DAY#{batch.counted_on}",
        "DAY",
        "ADD notes :notes, jobs :jobs, estimated_seconds :seconds, committed_seconds :seconds",
        "attribute_exists(pk)",
        {"notes": -batch.counted_notes, "jobs": -jobs, "seconds": -batch.estimated_seconds},
    )
