"""A text that came again before its first answer, in a shard of its own: one of the two is answered, and counts."""

import threading

import pytest
from tests.functional.stack import Stack, failed, queue_event


@pytest.fixture
def twice(aws: None) -> Stack:
    """Two shards of a note's newest text, of which the model answers one; and one of a text between."""
    stack = Stack(MaxAttempts="1", MaxNotesPerJob="1")
    for text in ("Fever.", "Cough.", "Fever."):
        stack.upload(stack.drop("ehr/a.txt", text))
    container, lock, asked = stack.sagemaker.container, threading.Lock(), list[bytes]()
    post = container.post

    def once(body: bytes, content_type: str, accept: str, timeout: float) -> object:
        with lock:
            again = b"Fever" in body and body in asked
            asked.append(body)
        return post(b"POISON" if again else body, content_type, accept, timeout)

    container.post = once  # type: ignore[assignment, method-assign]
    stack.start()
    return stack


def collect(stack: Stack, names: list[str]) -> None:
    for name in names:
        message = {"detail": {"TransformJobName": name}}
        assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", message))) == []


@pytest.mark.parametrize("failed_first", [True, False])
@pytest.mark.parametrize("times", [1, 2])
def test_the_answer_counts_whichever_comes_first(twice: Stack, failed_first: bool, times: int) -> None:
    names = [job["TransformJobName"] for job in twice.sagemaker.created]
    status = {
        name: twice.sagemaker.describe_transform_job(TransformJobName=name)["TransformJobStatus"] for name in names
    }
    assert sorted(status.values()) == ["Completed", "Completed", "Failed"]
    collect(twice, sorted(names * times, key=lambda name: (status[name] == "Failed") != failed_first))
    assert twice.books() == {"superseded": 2, "summarized": 1}
    assert [row["status"] for row in twice.rows("NOTE#")] == ["summarized"]
    current = [record["summary"] for record in twice.records("by_note/") if record["status"] == "draft"]
    assert current == ["Fever."]
    summarized = {row["pk"] for row in twice.rows("OBJECT#") if row.get("status") == "summarized"}
    reasons = {f"OBJECT#{key.split('/')[1]}" for key in twice.objects("SummariesBucket", "quarantine/")}
    assert not summarized & reasons
