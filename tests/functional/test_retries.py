"""What happens to notes whose job fails, by every kind of failure: nothing is blamed that is not to blame."""

import json
from typing import Any

import pytest
from tests.functional.clock import later
from tests.functional.sagemaker import NEVER_END
from tests.functional.stack import Stack

NOTES = "note_id,note\n1,Fever and cough.\n2,Chest pain.\n3,Hip pain.\n4,Knee pain.\n"
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."
MEMORY = "ClientError: Please use an instance type with more memory, or reduce the size of job data."


def fail(stack: Stack, reason: str, rounds: int = 1) -> None:
    """Let jobs fail for a reason, as often as they are started in so many rounds, and collect them."""
    with stack.sagemaker.jobs_that(reason):
        for _ in range(rounds):
            stack.start()
            stack.finish()


def today(stack: Stack) -> dict[str, str]:
    return max(stack.rows("DAY#"), key=lambda row: row["pk"])


def ended(stack: Stack) -> list[tuple[str, str]]:
    rows = sorted(stack.rows("BATCH#"), key=lambda row: row.get("finished_at", ""))
    return [(row["ended"], row["reason"]) for row in rows if "ended" in row]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (CAPACITY, "CapacityError"),
        ("ClientError: Failed to download model data (AccessDenied)", "AccessDenied"),
        ("AlgorithmError: Model container failed to respond to ping", "ModelUnavailable"),
    ],
)
def test_what_is_not_the_notes_fault_holds_them_and_blames_none(stack: Stack, reason: str, code: str) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    fail(stack, reason, rounds=5)
    assert len(stack.sagemaker.created) == 1  # the others waited
    assert ended(stack) == [("Failed", code)]
    assert (today(stack)["held_reason"], today(stack)["held_notes"]) == (code, "4")
    with later(hours=5):
        fail(stack, reason, rounds=3)
        assert len(stack.sagemaker.created) == 2  # one tries, and fails as well
    with later(hours=10):
        stack.settle()
    assert stack.books() == {"summarized": 4}


def test_capacity_that_never_comes_ends_in_a_written_reason(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    fail(stack, CAPACITY)
    with later(days=6):
        fail(stack, CAPACITY)
    assert stack.books() == {"pending": 4}
    # The job ends now, whatever the handlers believe: its first failure is put where seven days back is.
    (row,) = [row for row in stack.rows("SHARD#") if row["backlog"] == "pending"]
    stack.change(row, failing_since="2020-01-01T00:00:00+00:00")
    with later(days=12):
        fail(stack, CAPACITY)
    assert stack.books() == {"quarantined": 4}
    reason = stack.records("quarantine/")[0]["reason"]
    assert "(CapacityError)" in reason
    assert "choose another InstanceType" in reason


def test_an_internal_error_is_tried_again_at_once_and_then_later(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    fail(stack, "InternalServerError: We encountered an internal error.", rounds=4)
    assert len(stack.sagemaker.created) == 2
    with later(minutes=20):
        stack.settle()
    assert stack.books() == {"summarized": 4}


def test_out_of_memory_is_never_repeated_in_the_same_shape(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    fail(stack, MEMORY, rounds=2)
    rows, jobs = stack.rows("SHARD#"), [job["TransformJobName"] for job in stack.sagemaker.created]
    sizes = [sorted(row["notes"] for row in rows if row.get("batch_id") == name) for name in jobs]
    assert sizes == [["4"], ["2", "2"]]
    assert stack.books() == {"pending": 4}
    with later(hours=5):
        stack.settle()
    assert stack.books() == {"summarized": 4}


def test_a_note_that_takes_all_the_memory_is_quarantined_with_what_to_change(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    fail(stack, MEMORY)
    assert stack.books() == {"quarantined": 1}
    (record,) = stack.records("quarantine/")
    assert record["code"] == "OutOfMemory"
    assert "InstanceType with more memory, or lower MaxPayloadMB or MaxConcurrentTransforms" in record["reason"]


def test_a_broken_container_holds_what_it_has_not_broken_yet(stack: Stack) -> None:
    stack.upload(*(stack.drop(f"ward{i}/a.csv", NOTES) for i in range(3)))
    fail(stack, "AlgorithmError: See job logs for more information", rounds=8)
    assert len(stack.sagemaker.created) == 3
    assert stack.books() == {"pending": 12}
    with later(hours=5):
        stack.settle()
    assert stack.books() == {"summarized": 12}


def test_another_instance_type_ends_the_wait(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    fail(stack, CAPACITY)
    stack.start()
    assert len(stack.sagemaker.created) == 1
    stack.functions["BatchDueFunction"].environment["INSTANCE_TYPE"] = "ml.m5.2xlarge"
    stack.settle()
    assert stack.books() == {"summarized": 4}


def test_a_job_that_never_ends_is_stopped_and_its_notes_go_on(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES), stack.drop("ward/b.csv", NOTES))
    with stack.sagemaker.jobs_that(NEVER_END):
        stack.start()
    with later(hours=23):
        stack.start()
        stack.finish()
    assert "stop_transform_job" not in stack.sagemaker.called
    with later(hours=25):
        stack.start()
        assert "stop_transform_job" in stack.sagemaker.called
        stack.start()
        stack.finish()
    assert ended(stack) == [("Stopped", "TookTooLong")]
    # Nothing of the job is left, so each of its shards has a job of its own now.
    assert {row["company"] for row in stack.rows("SHARD#")} == {"1"}
    stack.settle()
    assert len(stack.sagemaker.created) == 3
    assert stack.books() == {"summarized": 8}


def test_a_note_that_never_ends_is_found_and_quarantined(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    with stack.sagemaker.jobs_that(NEVER_END):
        stack.start()
    with later(hours=25):
        stack.start()
        stack.start()
        stack.finish()
    assert [record["code"] for record in stack.records("quarantine/")] == ["TookTooLong"]


def test_a_running_batch_whose_job_is_not_known_goes_back(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    stack.take("TransformFinishedQueue")
    stack.sagemaker.forget()
    stack.start()
    stack.finish()
    assert stack.books() == {"pending": 4}  # it may only be young
    with later(minutes=5):
        stack.settle()
    assert stack.books() == {"summarized": 4}


def test_a_batch_s_row_tells_its_story(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES + "5,Please refuse me.\n"))
    stack.settle()
    (row,) = stack.rows("BATCH#")[:1]
    assert (row["status"], row["ended"], row["reason"]) == ("finished", "Completed", "")
    assert (row["notes"], row["summarized"], row["quarantined"], row["put_back"]) == ("5", "4", "1", "0")
    assert row["started_at"] < row["finished_at"]
    assert int(row["estimated_seconds"]) > 0
    assert int(row["tokens"]) > 0
    assert int(row["instance_seconds"]) >= 0
    circuit: dict[str, Any] = json.loads(stack.rows("CIRCUIT#")[0]["circuit"])
    assert circuit["barren"] == 0
