"""Caps and quiet hours: what is over them waits, is counted and said, and goes on when there is room."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from tests.functional.clock import at, later
from tests.functional.stack import Stack

from notes_pipeline.errors import PipelineError
from notes_pipeline.observability import metrics

# A handler that is stopped has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


def notes(count: int, word: str = "Fever") -> str:
    return "note_id,note\n" + "".join(f"{i},{word} on day {i}.\n" for i in range(count))


def today(stack: Stack) -> dict[str, str]:
    return max(stack.rows("DAY#"), key=lambda row: row["pk"])


def drop_all(stack: Stack, *counts: int) -> None:
    stack.upload(*(stack.drop(f"ward{i}/a.csv", notes(count)) for i, count in enumerate(counts)))


def run(stack: Stack, rounds: int = 3) -> None:
    for _ in range(rounds):
        stack.start()
        stack.finish()


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[float]]:
    """Every metric that is published, by its name."""
    found: dict[str, list[float]] = {}

    def add(name: str, unit: Any, value: float) -> None:
        found.setdefault(name, []).append(value)

    monkeypatch.setattr(metrics, "add_metric", add)
    return found


def test_a_day_s_notes_are_capped_and_the_next_day_goes_on(aws: None, figures: dict[str, list[float]]) -> None:
    stack = Stack(MaxNotesPerDay="5")
    drop_all(stack, 3, 2, 4)
    run(stack)
    assert stack.books() == {"summarized": 5, "pending": 4}
    assert (today(stack)["notes"], today(stack)["spend_percent"]) == ("5", "100")
    assert (today(stack)["held_reason"], today(stack)["held_notes"]) == ("MaxNotesPerDay", "4")
    last = {name: values[-1] for name, values in figures.items()}
    assert (last["HeldNotes"], last["PendingNotes"], last["SpendPercent"]) == (4, 4, 100)
    with later(days=1):
        run(stack)
    assert stack.books() == {"summarized": 9}
    assert [row["notes"] for row in sorted(stack.rows("DAY#"), key=lambda row: row["pk"])] == ["5", "4"]


def test_answers_online_count_too(aws: None) -> None:
    stack = Stack(MaxNotesPerDay="3", EndpointName="ep", EndpointMaxNotes="9")
    drop_all(stack, 2, 2)
    run(stack)
    assert stack.sagemaker.created == []
    assert stack.books() == {"summarized": 2, "pending": 2}


def test_a_file_larger_than_a_day_goes_in_parts_that_fit(aws: None) -> None:
    stack = Stack(MaxNotesPerDay="5")
    drop_all(stack, 17)
    for day in range(6):
        with later(days=day):
            run(stack, rounds=4)
    assert stack.books() == {"summarized": 17}
    assert all(int(row.get("notes", 0)) <= 5 for row in stack.rows("DAY#"))


def test_a_job_s_instance_hours_are_capped_by_more_jobs(aws: None) -> None:
    # Until jobs have finished, starting takes 300 seconds and a second 500 tokens.
    stack = Stack(MaxInstanceHoursPerJob="0.0837", ShardTokens="1000")
    stack.upload(*(stack.drop(f"ward{i}/a.txt", "Fever. " * 250) for i in range(4)))
    run(stack, rounds=1)
    assert stack.books() == {"summarized": 4}
    assert len(stack.sagemaker.created) == 4
    assert {row["estimated_seconds"] for row in stack.rows("BATCH#") if row["sk"] == "BATCH"} == {"301"}


def test_a_day_s_instance_hours_are_capped_and_real_ones_replace_estimates(aws: None) -> None:
    stack = Stack(MaxInstanceHoursPerDay="0.1", MaxNotesPerJob="2")
    drop_all(stack, 2, 2, 2)
    stack.start()
    assert len(stack.sagemaker.created) == 1
    assert (today(stack)["held_reason"], today(stack)["held_notes"]) == ("MaxInstanceHoursPerDay", "4")
    assert int(today(stack)["committed_seconds"]) == int(today(stack)["estimated_seconds"]) == 300
    stack.finish()
    assert int(today(stack)["committed_seconds"]) == int(today(stack)["instance_seconds"]) < 5
    run(stack)
    assert stack.books() == {"summarized": 6}


def test_a_cap_below_what_a_start_takes_holds_everything_and_says_so(aws: None) -> None:
    stack = Stack(MaxInstanceHoursPerJob="0.01")
    drop_all(stack, 4)
    run(stack)
    assert (stack.books(), stack.sagemaker.created) == ({"pending": 4}, [])
    assert today(stack)["held_reason"] == "MaxInstanceHoursPerJob"


def test_so_many_jobs_at_once_and_no_more(aws: None) -> None:
    stack = Stack(MaxConcurrentJobs="2", MaxNotesPerJob="2")
    drop_all(stack, 2, 2, 2, 2, 2)
    stack.start()
    assert (len(stack.sagemaker.created), today(stack)["held_reason"]) == (2, "MaxConcurrentJobs")
    stack.start()
    assert len(stack.sagemaker.created) == 2
    run(stack)
    assert stack.books() == {"summarized": 10}


@pytest.mark.parametrize("quiet", ["22:00-06:00", "23:00-07:00 Europe/Berlin"])
def test_quiet_hours_hold_all_but_urgent_notes(aws: None, quiet: str) -> None:
    stack = Stack(QuietHours=quiet)
    stack.upload(stack.drop("ehr/a.csv", notes(3)), stack.drop("urgent/ed/b.txt", "Ankle pain."))
    midnight = datetime(datetime.now(UTC).year + 1, 1, 15, tzinfo=UTC)
    with at(midnight.replace(hour=2)):
        run(stack)
        assert stack.books() == {"pending": 3, "summarized": 1}
        assert (today(stack)["held_reason"], today(stack)["held_notes"]) == ("QuietHours", "3")
    with at(midnight.replace(hour=12)):
        run(stack)
    assert stack.books() == {"summarized": 4}


def test_a_round_tells_how_long_things_wait(aws: None, figures: dict[str, list[float]]) -> None:
    stack = Stack(MaxConcurrentJobs="1", MaxNotesPerJob="2")
    drop_all(stack, 2, 2)
    stack.start()
    with later(hours=2):
        stack.start()
    assert (figures["PendingNotes"], figures["HeldNotes"]) == ([4, 4], [2, 2])
    assert 7190 < figures["OldestPendingSeconds"][-1] < 7300
    assert 7190 < figures["OldestBatchSeconds"][-1] < 7300
    stack.finish()
    assert figures["JobsFailed"] == [0]


@pytest.mark.parametrize("at_call", range(1, 7))
@pytest.mark.parametrize("is_lost", [False, True], ids=["not-written", "answer-lost"])
def test_a_batch_is_counted_once_wherever_it_is_cut_off(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, at_call: int, is_lost: bool
) -> None:
    drop_all(stack, 4)
    left, original = [at_call], BaseClient._make_api_call

    def call(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        writes = operation in ("TransactWriteItems", "UpdateItem")
        left[0] -= writes
        error = ClientError({"Error": {"Code": "InternalError", "Message": "made to fail"}}, operation)
        if writes and left[0] == 0 and not is_lost:
            raise error
        answer = original(client, operation, request)
        if writes and left[0] == 0:
            raise error
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    for _ in range(5):
        try:
            run(stack, rounds=1)
        except PipelineError:
            continue
    assert stack.books() == {"summarized": 4}
    (day,) = stack.rows("DAY#")
    (batch,) = [row for row in stack.rows("BATCH#") if row["sk"] == "BATCH"]
    assert (day["notes"], day["jobs"], day["estimated_seconds"]) == ("4", "1", batch["estimated_seconds"])
    assert day["committed_seconds"] == day["instance_seconds"] == batch["instance_seconds"]
