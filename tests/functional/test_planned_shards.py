"""The shards of a batch in the ledger: in rows of their own, taken once, whatever else wanted them."""

import pytest
from tests.functional.stack import Stack
from tests.unit.pipeline_examples import NOW, shard

from notes_pipeline.aws import planned_shards
from notes_pipeline.aws.batch_ledger import BatchLedger
from notes_pipeline.aws.table import Table
from notes_pipeline.core.plan_batch import BatchLimits, plan_for
from notes_pipeline.models import StagedShard

LIMITS = BatchLimits(min_notes=1, max_wait_seconds=0, max_notes_per_job=1_000_000, endpoint_max_notes=0)


@pytest.fixture
def ledger(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> BatchLedger:
    monkeypatch.setattr(planned_shards, "_IN_A_ROW", 50)
    return BatchLedger(Table(stack.name("LedgerTable")))


def shards(count: int) -> list[StagedShard]:
    return [shard(f"staged/o/{number:05d}.jsonl", 1) for number in range(count)]


def test_a_batch_of_many_shards_is_written_taken_and_read_in_order(ledger: BatchLedger) -> None:
    waiting = shards(230)
    assert ledger.add_shards(waiting) == 230
    planned = plan_for(waiting, LIMITS)
    assert ledger.write_plan(planned, NOW)
    assert not ledger.write_plan(planned, NOW)
    for _ in range(2):
        assert ledger.take_shards(planned.plan.batch_id) == waiting
    assert list(ledger.shards(planned.plan.batch_id)) == waiting
    assert list(ledger.backlog()) == []
    (batch,) = ledger.open_batches()
    assert (batch.plan.shard_count, batch.plan.notes, batch.is_taken) == (230, 230, True)


def test_a_shard_that_another_batch_has_is_not_this_ones(ledger: BatchLedger) -> None:
    waiting = shards(230)
    ledger.add_shards(waiting)
    first, second = plan_for(waiting[:120], LIMITS), plan_for(waiting, LIMITS)
    for planned in (second, first):
        ledger.write_plan(planned, NOW)
    assert ledger.take_shards(first.plan.batch_id) == waiting[:120]
    for _ in range(2):
        assert ledger.take_shards(second.plan.batch_id) == waiting[120:]
        assert list(ledger.shards(second.plan.batch_id)) == waiting[120:]
    assert list(ledger.shards(first.plan.batch_id)) == waiting[:120]


def test_a_shard_that_was_put_back_meanwhile_stays_there(ledger: BatchLedger) -> None:
    waiting = shards(3)
    ledger.add_shards(waiting)
    planned = plan_for(waiting, LIMITS)
    ledger.write_plan(planned, NOW)
    ledger.add_shard(waiting[1].model_copy(update={"attempt": 2}))
    assert ledger.take_shards(planned.plan.batch_id) == [waiting[0], waiting[2]]
    assert [left.attempt for left in ledger.backlog()] == [2]


def test_urgent_shards_are_found_without_reading_the_others(ledger: BatchLedger) -> None:
    later, sooner, urgent = (
        shard("staged/l.jsonl", ready_at="2031-01-03T00:00:00+00:00"),
        shard("staged/s.jsonl", ready_at="2031-01-01T00:00:00+00:00"),
        shard("staged/u.jsonl", ready_at="2031-01-02T00:00:00+00:00", urgent=True),
    )
    ledger.add_shards([later, sooner, urgent])
    assert list(ledger.backlog(urgent=True)) == [urgent]
    assert list(ledger.backlog(urgent=False)) == [sooner, later]
    assert list(ledger.backlog()) == [sooner, urgent, later]
    assert ledger.has_notes(sooner.notes + later.notes)
    assert not ledger.has_notes(sooner.notes + later.notes + 1)
