"""`chartbrief redrive`: dead letters go back as they are, and a batch's event is sent again."""

import json

import pytest
from tests.functional.acting import refused, said
from tests.functional.operators import operate
from tests.functional.stack import Stack

SECRET = "incoming/ehr/jane-doe.csv"


def bury(stack: Stack, name: str, *bodies: str) -> None:
    sqs = stack.session.client("sqs")
    for body in bodies:
        sqs.send_message(QueueUrl=stack.name(f"{name}DeadLetterQueue"), MessageBody=body)


def test_dead_letters_go_back_to_their_queues_unread(stack: Stack) -> None:
    letters = [json.dumps({"detail": {"object": {"key": SECRET}}, "number": number}) for number in range(23)]
    bury(stack, "NotesUploaded", *letters)
    bury(stack, "TransformFinished", '{"batch_id": "cb-1"}')
    before = said(stack, "redrive", "--dry-run")["dead_letters"]
    assert (before["NotesUploaded"], before["TransformFinished"], before["SummariesWritten"]) == (23, 1, 0)
    assert stack.take("NotesUploadedQueue") == []
    result = operate(stack, "redrive")
    assert "NotesUploaded: 23 dead letters sent back" in result.stdout
    assert "comes back" in result.stdout
    assert "jane" not in result.output
    assert sorted(body["number"] for body in stack.take("NotesUploadedQueue")) == list(range(23))
    assert stack.take("TransformFinishedQueue") == [{"batch_id": "cb-1"}]
    assert set(said(stack, "redrive")["dead_letters"].values()) == {0}


def test_one_queue_and_no_more_than_so_many(stack: Stack) -> None:
    bury(stack, "NotesUploaded", *(json.dumps({"number": number}) for number in range(13)))
    bury(stack, "SummariesWritten", "{}")
    assert said(stack, "redrive", "--queue", "notes-uploaded", "--most", "12")["dead_letters"] == {"NotesUploaded": 12}
    assert len(stack.take("NotesUploadedDeadLetterQueue")) == 1
    assert stack.take("SummariesWrittenQueue") == []
    assert "No queue jobs: there are BatchNow" in refused(stack, "redrive", "--queue", "jobs")


def test_ticks_of_the_clock_come_to_one_round(stack: Stack) -> None:
    bury(stack, "BatchNow", *(json.dumps({"tick": number}) for number in range(5)))
    assert said(stack, "redrive", "--queue", "BatchNow")["dead_letters"] == {"BatchNow": 5}
    assert stack.take("BatchNowQueue") == [{"reason": "redrive"}]
    assert stack.take("BatchNowDeadLetterQueue") == []


def test_a_batch_is_announced_again(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n2,Cough.\n"))
    stack.settle()
    stack.publish()
    (batch,) = {row["pk"].removeprefix("BATCH#") for row in stack.rows("BATCH#")}
    tables = stack.objects("SummariesBucket", "table/")
    for key in tables:
        stack.session.client("s3").delete_object(Bucket=stack.name("SummariesBucket"), Key=key)
    assert said(stack, "redrive", "--publish", batch, "--dry-run")["summarized"] == 2
    assert stack.publish() == []
    said(stack, "redrive", "--publish", batch)
    assert len(stack.publish()) == 1
    assert stack.objects("SummariesBucket", "table/") == tables


def test_a_batch_that_has_nothing_to_announce_is_refused(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", "note_id,note\n1,Fever.\n"))
    stack.start()
    (batch,) = {row["pk"].removeprefix("BATCH#") for row in stack.rows("BATCH#")}
    assert "is running" in refused(stack, "redrive", "--publish", batch)
    assert "No batch cb-none" in refused(stack, "redrive", "--publish", "cb-none")


@pytest.mark.parametrize("options", [("--quarantined", "--queue", "BatchNow"), ("--code", "EmptyNote")])
def test_options_that_do_not_go_together_are_refused(stack: Stack, options: tuple[str, ...]) -> None:
    refused(stack, "redrive", *options)
