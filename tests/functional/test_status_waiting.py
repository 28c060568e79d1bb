"""What waits, what is with the model and what failed for good, as `chartbrief status` tells it."""

import json

from tests.functional.operators import operate
from tests.functional.stack import Stack


def test_what_waits_is_told_with_its_age_and_the_batch_it_is_in(stack: Stack) -> None:
    stack.upload(stack.drop("urgent/ed/a.csv", "note_id,note\n1,Fever. Cough.\n2,Rash. Gone.\n"))
    told = operate(stack, "status")
    assert "2 note(s) wait in 1 shard(s), 2 of them urgent, the oldest since" in told.stdout
    waiting = operate(stack, "status", "1").stdout
    assert "2 note(s) joined the backlog, and waits still" in waiting
    stack.invoke("BatchDueFunction", {})
    open_batches = json.loads(operate(stack, "status", "--json").stdout)["batches"]
    assert [(batch["status"], batch["way"], batch["notes"]) for batch in open_batches] == [("running", "transform", 2)]
    assert open_batches[0]["batch_id"] in operate(stack, "status", "1").stdout


def test_dead_letters_end_in_status_1_and_the_command_for_them(stack: Stack) -> None:
    queue = stack.name("TransformFinishedDeadLetterQueue")
    stack.session.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")
    told = operate(stack, "status")
    assert told.exit_code == 1
    assert "1 in TransformFinishedDeadLetterQueue" in told.stdout
    assert "-> chartbrief redrive --state out/.chartbrief" in told.stdout


def test_a_file_that_was_not_staged_is_found_in_the_bucket(stack: Stack) -> None:
    stack.drop("ehr/late.csv", "note_id,note\n1,x\n")
    (found,) = json.loads(operate(stack, "status", "--json", "ehr/late.csv").stdout)["found"]
    assert found["facts"]["status"] == "not staged"
    assert found["events"][0]["what"] == "dropped"
