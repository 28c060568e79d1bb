"""The whole deployment at a glance: books, what waits and why, what is with the model, what failed for good, caps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from chartbrief.books import Books
from chartbrief.deployment import Deployment
from chartbrief.operate.auditing.deployed import places_of
from chartbrief.operate.streams import merged
from chartbrief.operate.times import seconds_of
from notes_pipeline.aws.batch_ledger import BatchLedger, OpenBatch
from notes_pipeline.aws.error_map import translated
from notes_pipeline.aws.staged_records import ignored_of
from notes_pipeline.aws.table import Row, Table
from notes_pipeline.core.identify import source_path
from notes_pipeline.errors import DependencyError
from notes_pipeline.models import BatchMode
from notes_pipeline.steps.give_jobs import describe_job

_SEGMENTS = 8
_WITH_JOBS = (BatchMode.TRANSFORM, BatchMode.BEDROCK_BATCH)
# Records of a file that is not staged to its end: which system they are of stands in the row that is not there yet.
BEING_STAGED = "(being staged)"
_DEAD, _QUEUE = "DeadLetterQueue", "Queue"
_CAPS = ("MaxNotesPerDay", "MaxInstanceHoursPerDay", "MaxConcurrentJobs", "MaxInstanceHoursPerJob", "QuietHours")
_IGNORED = "ignored"
Counts = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Backlog:
    """What waits for the model.

    Attributes:
        since: when the oldest of it came, in seconds since 1970.
    """

    notes: int
    urgent: int
    shards: int
    since: float | None


@dataclass(frozen=True)
class BatchView:
    """An open batch; `job` is the state of its job as its service tells it, "" where there is none."""

    batch_id: str
    status: str
    way: str
    notes: int
    since: float
    job: str


@dataclass(frozen=True)
class Overview:
    """Everything that `chartbrief status` shows of a deployment.

    Attributes:
        systems: books by source system, empty if the ledger was not counted; `ignored` what files hold beside them.
        queues: messages that wait and that are in flight, by queue; `dead_letters` by dead-letter queue.
        day: counters of today's row; `caps` what limits them.
    """

    systems: dict[str, Books]
    ignored: dict[str, int]
    backlog: Backlog
    batches: tuple[BatchView, ...]
    queues: dict[str, tuple[int, int]]
    dead_letters: dict[str, int]
    day: dict[str, str]
    caps: dict[str, str]

    @property
    def books(self) -> Books:
        """The books of all systems together."""
        names = Books.__dataclass_fields__
        return Books(**{name: sum(getattr(books, name) for books in self.systems.values()) for name in names})


def overview(deployment: Deployment, now: datetime, *, with_books: bool) -> Overview:
    """Look at a deployment.

    Args:
        with_books: whether the whole ledger is counted.
    """
    table = places_of(deployment).table
    ledger = BatchLedger(table)
    queues = dict(_queues(deployment))
    counts = _counted(table) if with_books else Counts()
    return Overview(
        systems=_books(counts),
        ignored={system: counts[system, status] for system, status in sorted(counts) if status == _IGNORED},
        backlog=_backlog(ledger),
        batches=tuple(_view(batch, ask=not deployment.is_local) for batch in ledger.open_batches()),
        queues={name: counts for name, counts in queues.items() if not name.endswith(_DEAD)},
        dead_letters={name: sum(counts) for name, counts in queues.items() if name.endswith(_DEAD)},
        day=_day(table, now),
        caps={name: deployment.parameters[name] for name in _CAPS if deployment.parameters.get(name) not in (None, "")},
    )


def _books(total: Counts) -> dict[str, Books]:
    names = sorted({system for system, _ in total})
    return {name: Books(**{status: total[name, status] for status in Books.__dataclass_fields__}) for name in names}


def _counted(table: Table) -> Counts:
    """Return how many records of which system have which status, those that are ignored among them."""
    total: Counts = Counter()
    for found in merged([partial(_count, table, segment) for segment in range(_SEGMENTS)], _SEGMENTS):
        for counts in found:
            total.update(counts)
    return total


def _count(table: Table, segment: int) -> Iterator[Counts]:
    """Count the receipts of a part of the ledger, file by file: a file's rows come one after another."""
    counts: Counts = Counter()
    partition, system, statuses = "", BEING_STAGED, Counter[str]()
    for row in table.scan(segment, _SEGMENTS, ("pk", "sk", "status", "key", "ignored")):
        if not row["pk"].startswith("OBJECT#"):
            continue
        if row["pk"] != partition:
            counts.update({(system, status): count for status, count in statuses.items()})
            partition, system, statuses = row["pk"], BEING_STAGED, Counter()
        if row["sk"] == "OBJECT":
            system = source_path(row["key"])[0]
            statuses += Counter({_IGNORED: ignored_of(row).total()})  # none is no entry
        elif row["sk"].startswith("RECORD#"):
            statuses[row["status"]] += 1
    counts.update({(system, status): count for status, count in statuses.items()})
    yield counts


def _backlog(ledger: BatchLedger) -> Backlog:
    notes = urgent = shards = 0
    since: float | None = None
    for shard in ledger.backlog():
        shards += 1
        notes += shard.notes
        urgent += shard.notes if shard.urgent else 0
        since = min(filter(None, (since, seconds_of(shard.ready_at))), default=None)
    return Backlog(notes=notes, urgent=urgent, shards=shards, since=since)


def _view(batch: OpenBatch, *, ask: bool) -> BatchView:
    is_asked = ask and batch.plan.mode in _WITH_JOBS and batch.status.value == "running"
    return BatchView(
        batch_id=batch.plan.batch_id,
        status=batch.status.value,
        way=batch.plan.mode.value,
        notes=batch.plan.notes,
        since=batch.planned_at.timestamp(),
        job=_job(batch) if is_asked else "",
    )


def _job(batch: OpenBatch) -> str:
    try:
        state = describe_job(batch, datetime.now(UTC))
    except DependencyError as error:
        return f"unknown ({error})"
    return f"{state.status} ({state.reason})" if state.reason and state.reason != "Unknown" else state.status


def _queues(deployment: Deployment) -> Iterator[tuple[str, tuple[int, int]]]:
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    for name in sorted(name for name in deployment.names if name.endswith(_QUEUE)):
        with translated("SQS GetQueueAttributes"):
            answer = deployment.client("sqs").get_queue_attributes(
                QueueUrl=deployment.names[name], AttributeNames=list(names)
            )["Attributes"]
        yield name, (int(answer[names[0]]), int(answer[names[1]]))


def _day(table: Table, now: datetime) -> dict[str, str]:
    row: Row = table.get(f"DAY#{now.astimezone(UTC):%Y-%m-%d}", "DAY") or {}
    return {name: str(value) for name, value in sorted(row.items()) if name not in ("pk", "sk")}
