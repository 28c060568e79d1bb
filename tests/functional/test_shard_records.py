"""What collecting leaves for the datasets: a shard's records together, as they were written, the same whenever."""

import json
from typing import Any

import pytest
from tests.functional.stack import Stack, failed, queue_event

from notes_pipeline.aws import messages
from notes_pipeline.errors import DependencyError

NOTES = "note_id,note\n" + "".join(f"n{number},Fever {number}.\n" for number in range(60))
AMENDED = NOTES.replace("Fever 7.", "Cough.")
# A handler that raises has no metrics to publish, and the library says so.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


def left(stack: Stack) -> dict[str, bytes]:
    return {key: body for key, body in stack.objects("WorkBucket", "batches/").items() if "/records/" in key}


def records(stack: Stack) -> list[dict[str, Any]]:
    return [json.loads(line) for body in left(stack).values() for line in body.splitlines()]


def collect(stack: Stack, body: str) -> list[dict[str, Any]]:
    """Summarize a file; return the records that its batch left."""
    before = set(left(stack))
    stack.upload(stack.drop("ehr/a.csv", body))
    stack.settle()
    return [json.loads(line) for key, body in left(stack).items() if key not in before for line in body.splitlines()]


def by_version(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda record: (record["note_uid"], record["content_sha256"]))


def test_a_shards_records_stand_together_as_they_were_written_and_sorted(stack: Stack) -> None:
    found = collect(stack, NOTES)
    assert len(found) == 60
    assert found == by_version(stack.records("by_note/"))


def test_a_batch_tells_of_the_versions_that_it_supersedes(stack: Stack) -> None:
    collect(stack, NOTES)
    old, new = sorted(collect(stack, AMENDED), key=lambda record: record["status"] != "superseded")
    assert (old["status"], old["superseded_by"], old["note_id"]) == ("superseded", new["content_sha256"], "n7")
    assert (new["status"], new["summary"]) == ("draft", "Cough.")
    assert old["batch_id"] != new["batch_id"]


def test_a_version_that_was_amended_meanwhile_is_not_told_of(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    stack.start()
    stack.upload(stack.drop("ehr/a.txt", "Cough."))
    stack.finish()
    assert records(stack) == []
    stack.settle()
    assert [record["summary"] for record in records(stack)] == ["Cough."]


def test_collecting_again_leaves_the_same_bytes(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    collect(stack, NOTES)
    stack.upload(stack.drop("ehr/a.csv", AMENDED))
    stack.start()
    (message,) = stack.take("TransformFinishedQueue")

    def refuse(bus: str, detail: dict[str, Any]) -> None:
        raise DependencyError("made to fail")

    with monkeypatch.context() as patched:
        patched.setattr(messages, "announce_summaries", refuse)
        assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", message))) != []
    first = left(stack)
    assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", message))) == []
    assert left(stack) == first
    assert len(first) == 2
