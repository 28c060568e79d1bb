"""TransformFinishedFunction: summaries, quarantine records, books and an event; for good jobs and for bad ones."""

import json
from typing import Any

import pytest
from tests.functional.stack import Stack, envelope, failed, queue_event

from notes_pipeline.steps.write_summaries import writers_at_once

NOTES = "note_id,patient_id,note\n1,p1,Fever and cough. Given fluids.\n2,p2,Chest pain. HR 120.\n"


def listen(stack: Stack) -> None:
    """Copy what the event bus carries to a queue."""
    url = stack.session.client("sqs").create_queue(QueueName="copy")["QueueUrl"]
    arn = stack.session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events, bus = stack.session.client("events"), stack.name("EventBus")
    events.put_rule(Name="copy", EventBusName=bus, EventPattern=json.dumps({"source": ["chartbrief"]}))
    events.put_targets(Rule="copy", EventBusName=bus, Targets=[{"Id": "copy", "Arn": arn["QueueArn"]}])


def heard(stack: Stack) -> list[dict[str, Any]]:
    messages = stack.session.client("sqs").receive_message(QueueUrl="copy", MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in messages.get("Messages", [])]


def test_a_finished_job_becomes_records_books_and_an_event(stack: Stack) -> None:
    listen(stack)
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    (answer,) = stack.finish()
    assert failed(answer) == []
    found = {record["note_id"]: record for record in stack.records("by_note/")}
    assert {name: record["summary"] for name, record in found.items()} == {"1": "Fever and cough.", "2": "Chest pain."}
    assert (found["1"]["patient_id"], found["1"]["source"]["key"]) == ("p1", "incoming/ehr/a.csv")
    assert (found["1"]["status"], found["1"]["parts"], found["1"]["model"]["name"]) == ("draft", 1, "toy")
    assert stack.books() == {"summarized": 2}
    (event,) = heard(stack)
    assert event["detail-type"] == "Summaries Written"
    assert set(event["detail"]) == {"batch_id", "summarized", "quarantined", "bucket", "prefix"}
    assert event["detail"]["summarized"] == 2


def test_a_records_key_holds_its_identities(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.settle()
    for key, body in stack.objects("SummariesBucket", "by_note/").items():
        record = json.loads(body)
        assert key == f"by_note/{record['note_uid']}/{record['content_sha256']}.json"


@pytest.mark.parametrize("name", ["transform_finished", "transform_finished_milliseconds"])
def test_times_as_text_or_in_milliseconds_are_both_fine(stack: Stack, name: str) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    message = json.loads(envelope(name)["Records"][0]["body"])
    message["detail"]["TransformJobName"] = stack.sagemaker.created[0]["TransformJobName"]
    stack.invoke("TransformFinishedFunction", queue_event(name, message))
    assert stack.books() == {"summarized": 2}


def test_our_own_message_collects_too(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    batch = {"batch_id": stack.sagemaker.created[0]["TransformJobName"]}
    stack.invoke("TransformFinishedFunction", queue_event("batch_finished", batch))
    assert stack.books() == {"summarized": 2}


def test_collecting_again_writes_the_same_bytes(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES))
    stack.start()
    (message, *_) = stack.take("TransformFinishedQueue")
    event = queue_event("transform_finished", message)
    stack.invoke("TransformFinishedFunction", event)
    before = (stack.rows(""), stack.objects("SummariesBucket"))
    assert failed(stack.invoke("TransformFinishedFunction", event)) == []
    assert (stack.rows(""), stack.objects("SummariesBucket")) == before


@pytest.mark.parametrize("name", ["somebody-elses-job", "cb-unknown"])
def test_other_jobs_are_none_of_our_business(stack: Stack, name: str) -> None:
    message = {"detail": {"TransformJobName": name}}
    assert failed(stack.invoke("TransformFinishedFunction", queue_event("transform_finished", message))) == []


def test_a_refused_note_is_quarantined_and_the_others_are_not(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.csv", NOTES + "3,p3,Please refuse me.\n"))
    stack.settle()
    assert stack.books() == {"summarized": 2, "quarantined": 1}
    (record,) = stack.records("quarantine/")
    assert record["reason"] == "ehr/a.csv, record 3: the model refused it (Refused): have a person read it."


def test_one_poisonous_note_of_a_foreign_container_is_found_by_halving(stack: Stack) -> None:
    rows = "".join(f"{i},p,{'POISON' if i == 5 else f'Fever {i}'}.\n" for i in range(9))
    stack.upload(stack.drop("ehr/a.csv", f"note_id,patient_id,note\n{rows}"))
    stack.settle()
    assert stack.books() == {"summarized": 8, "quarantined": 1}
    (record,) = stack.records("quarantine/")
    assert (record["source"]["record"], record["stage"], record["code"]) == (6, "inference", "AlgorithmError")


def test_a_failed_file_costs_no_other_file(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/good.csv", NOTES), stack.drop("ehr/bad.txt", "POISON"))
    stack.start()
    stack.finish()
    assert stack.books() == {"summarized": 2, "pending": 1}
    stack.settle()
    assert stack.books() == {"summarized": 2, "quarantined": 1}


def test_a_stopped_job_is_tried_again_and_gives_up_in_the_end(aws: None) -> None:
    stack = Stack(MaxAttempts="2")
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    for _ in range(2):
        stack.sagemaker.container.before_answer = lambda: stack.sagemaker.stop_transform_job(
            TransformJobName=stack.rows("BATCH#", waiting=True)[0]["pk"].removeprefix("BATCH#")
        )
        stack.start()
        stack.finish()
    assert stack.books() == {"quarantined": 1}
    assert len({job["TransformJobName"] for job in stack.sagemaker.created}) == 2


def test_a_note_amended_while_its_job_runs_is_summarized_once_as_amended(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    stack.start()
    stack.upload(stack.drop("ehr/a.txt", "Cough."))
    stack.finish()
    stack.settle()
    assert stack.books() == {"superseded": 1, "summarized": 1}
    assert [(r["summary"], r["status"]) for r in stack.records("by_note/")] == [("Cough.", "draft")]


def test_an_amendment_marks_the_old_summary_superseded(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    stack.settle()
    stack.upload(stack.drop("ehr/a.txt", "Cough."))
    stack.settle()
    found = {record["summary"]: record for record in stack.records("by_note/")}
    assert (found["Fever."]["status"], found["Cough."]["status"]) == ("superseded", "draft")
    assert found["Fever."]["superseded_by"] == found["Cough."]["content_sha256"]
    assert stack.books() == {"superseded": 1, "summarized": 1}


def test_a_quarantined_note_can_be_dropped_again(stack: Stack) -> None:
    stack.upload(stack.drop("ehr/a.txt", "POISON"))
    stack.settle()
    stack.upload(stack.drop("ehr/a.txt", "Fever."))
    stack.settle()
    assert stack.books() == {"quarantined": 1, "summarized": 1}


@pytest.mark.parametrize(
    ("seconds", "computed", "writers"), [(0.02, 0.002, 10), (0.002, 0.0019, 2), (1.0, 0.001, 16), (0.0, 0.0, 2)]
)
def test_as_many_write_at_once_as_keep_a_processor_busy(seconds: float, computed: float, writers: int) -> None:
    assert writers_at_once(seconds, computed) == writers


def test_more_notes_than_are_written_one_after_another_are_all_written(stack: Stack) -> None:
    notes = "".join(f"n{number},Note {number} of a day.\n" for number in range(137))
    stack.upload(stack.drop("ehr/many.csv", "note_id,note\n" + notes))
    stack.settle()
    assert len(stack.records("by_note/")) == 137
    assert stack.books() == {"summarized": 137}
