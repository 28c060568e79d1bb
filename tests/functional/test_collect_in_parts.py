"""Collecting a batch in parts: a call whose time is over leaves the rest to the next, and nothing counts twice."""

import json
from types import SimpleNamespace

import pytest
from tests.functional.stack import Stack, failed, queue_event

from notes_pipeline.steps import collect_batch

NOTES = 9


@pytest.fixture
def message(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> object:
    """The message about a job of nine files of one note, of which a part has four."""
    monkeypatch.setattr("notes_pipeline.core.batch_parts._NOTES", 4)
    drops = [
        stack.drop(f"ehr/{n}.jsonl", json.dumps({"note_id": f"N{n}", "note": f"Fever {n}."})) for n in range(NOTES)
    ]
    stack.upload(*drops)
    stack.start()
    (found,) = stack.take("TransformFinishedQueue")
    return found


def collect(stack: Stack, message: object) -> list[object]:
    """Give a message to the function; return those that it sent itself."""
    assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", message))) == []
    return stack.take("TransformFinishedQueue")


def test_a_call_whose_time_is_over_leaves_the_rest_to_the_next(
    stack: Stack, message: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two parts are begun in time, the third is not.
    clock = SimpleNamespace(monotonic=iter([0.0, 0.0, 10.0**9]).__next__)
    with monkeypatch.context() as patch:
        patch.setattr(collect_batch, "time", clock)
        (again,) = collect(stack, message)
    assert stack.books() == {"summarized": 8, "pending": 1}
    assert stack.take("SummariesWrittenQueue") == []
    assert collect(stack, again) == []
    assert stack.books() == {"summarized": NOTES}
    (event,) = stack.take("SummariesWrittenQueue")
    assert event["detail"]["summarized"] == NOTES
    (batch,) = [row for row in stack.rows("BATCH#") if row["sk"] == "BATCH"]
    assert (batch["status"], batch["summarized"]) == ("finished", str(NOTES))


def test_the_records_of_a_part_stand_together(stack: Stack, message: object) -> None:
    collect(stack, message)
    parts = [body.splitlines() for key, body in stack.objects("WorkBucket", "batches/").items() if "/records/" in key]
    assert [len(lines) for lines in parts] == [4, 4, 1]
    collect(stack, message)
    assert stack.books() == {"summarized": NOTES}


def test_a_call_that_is_behind_another_stops(stack: Stack, message: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both begin at the first part; while one is at it, the other collects the whole batch."""
    original, others = collect_batch.collect_part, iter([True])

    def overtaken(*args: object) -> object:
        if next(others, False):
            collect(stack, message)
        return original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(collect_batch, "collect_part", overtaken)
    collect(stack, message)
    assert len(stack.take("SummariesWrittenQueue")) == 1
    assert stack.books() == {"summarized": NOTES}
