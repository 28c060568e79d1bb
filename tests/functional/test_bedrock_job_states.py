"""A batch job's states: their order, their events, and every way that it can end."""

import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.functional.bedrock import wait_for_bedrock_jobs
from tests.functional.bedrock_jobs import BedrockJobs, lines
from tests.functional.first_sentence import FirstSentence
from tests.functional.stack import Session

from chartbrief.local_cloud.bedrock import Limits

HOUR = 3600.0
NOTES = [f"Fever {number}. Cough." for number in range(20)]


class Paused(FirstSentence):
    """Answers one note, and the others only when it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def summarize(self, note: str) -> str:
        if self.asked:
            self.reached.set()
            assert self.go_on.wait(10)
        return super().summarize(note)


@pytest.fixture
def bedrock(aws: None) -> BedrockJobs:
    made = BedrockJobs()
    made.put("a.jsonl", lines(NOTES))
    return made


def heard(name: str) -> Any:
    """A queue that hears every event of Bedrock; call it for the events so far."""
    sqs, events = Session().client("sqs"), Session().client("events")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.bedrock"], "detail-type": ["Batch Inference Job State Change"]}
    events.put_rule(Name=name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=name, Targets=[{"Id": name, "Arn": arn}])
    return lambda: [
        json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    ]


def test_every_state_is_an_event_as_documented(bedrock: BedrockJobs) -> None:
    events = heard("heard")
    job = bedrock.run(name="cb-7")
    found = events()
    states = {event["detail"]["status"] for event in found}
    assert states == {"Submitted", "Validating", "Scheduled", "InProgress", "Completed"}
    ended = next(event for event in found if event["detail"]["status"] == "Completed")
    assert ended["resources"] == [job["jobArn"]]
    created = ended["detail"].pop("creationTime")
    assert created.endswith(("AM", "PM"))
    assert f"{job['submitTime']:%Y}" in created
    assert ended["detail"] == {
        "version": "0.0",
        "accountId": "123456789012",
        "batchJobName": "cb-7",
        "batchJobArn": job["jobArn"],
        "batchModelId": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "status": "Completed",
        "failureMessage": "",
    }


def test_a_failed_job_s_event_says_why(aws: None) -> None:
    bedrock = BedrockJobs(Limits())
    bedrock.put("a.jsonl", lines(NOTES))
    events = heard("heard")
    bedrock.run()
    ended = next(event for event in events() if event["detail"]["status"] == "Failed")
    assert "minimum of 100" in ended["detail"]["failureMessage"]


def test_a_job_that_waits_too_long_expires(aws: None) -> None:
    now = [0.0]
    bedrock = BedrockJobs(clock=lambda: now.__setitem__(0, now[0] + 9 * HOUR) or now[0])  # type: ignore[func-returns-value]
    bedrock.put("a.jsonl", lines(NOTES))
    job = bedrock.run(timeoutDurationInHours=24)
    assert (job["status"], bedrock.out(job)) == ("Expired", {})


def test_a_job_that_runs_out_of_time_has_the_records_it_got_to(aws: None) -> None:
    now = [1e9]

    class Slow(FirstSentence):
        def summarize(self, note: str) -> str:
            now[0] += 5 * HOUR
            return super().summarize(note)

    bedrock = BedrockJobs(clock=lambda: now[0], model=Slow())
    bedrock.put("a.jsonl", lines(NOTES))
    job = bedrock.run(timeoutDurationInHours=24)
    written = bedrock.out(job)["a.jsonl.out"]
    assert job["status"] == "PartiallyCompleted"
    assert 0 < len(written) == job["processedRecordCount"] < job["totalRecordCount"] == 20


def test_a_stopped_job_ends_with_what_was_done(aws: None) -> None:
    model = Paused()
    bedrock = BedrockJobs(model=model)
    bedrock.put("a.jsonl", lines(NOTES))
    arn = bedrock.client.create_model_invocation_job(**bedrock.request())["jobArn"]
    assert model.reached.wait(10)
    assert bedrock.client.get_model_invocation_job(jobIdentifier=arn)["status"] == "InProgress"
    assert bedrock.client.service.busy()
    assert bedrock.client.stop_model_invocation_job(jobIdentifier=arn) == {}
    assert bedrock.client.get_model_invocation_job(jobIdentifier=arn)["status"] == "Stopping"
    model.go_on.set()
    wait_for_bedrock_jobs()
    job = bedrock.client.get_model_invocation_job(jobIdentifier=arn.rpartition("/")[2])
    assert job["status"] == "Stopped"
    assert 0 < len(bedrock.out(job)["a.jsonl.out"]) < 20
    with pytest.raises(ClientError, match="ConflictException"):
        bedrock.client.stop_model_invocation_job(jobIdentifier=arn)


@pytest.mark.parametrize(
    ("fault", "status", "written"),
    [("job-failed", "Failed", 0), ("job-expired", "Expired", 0), ("job-partial", "PartiallyCompleted", 10)],
)
def test_ends_on_request(bedrock: BedrockJobs, fault: str, status: str, written: int) -> None:
    bedrock.faults.plan(fault)
    job = bedrock.run()
    assert (job["status"], len(bedrock.out(job).get("a.jsonl.out", []))) == (status, written)


@pytest.mark.parametrize(
    ("fault", "count", "ids"), [("missing-record", 19, 19), ("duplicate-record", 21, 20), ("unknown-record", 20, 20)]
)
def test_output_files_that_do_not_match_their_input(bedrock: BedrockJobs, fault: str, count: int, ids: int) -> None:
    bedrock.faults.plan(fault, containing="Fever 7.")
    records = bedrock.out(bedrock.run())["a.jsonl.out"]
    found = {record["recordId"] for record in records}
    assert (len(records), len(found)) == (count, ids)
    assert ("r7" in found) == (fault == "duplicate-record")


def test_the_event_of_the_end_can_get_lost(bedrock: BedrockJobs) -> None:
    events = heard("heard")
    bedrock.faults.plan("lost-event")
    assert bedrock.run()["status"] == "Completed"
    assert "Completed" not in {event["detail"]["status"] for event in events()}


def test_a_model_that_breaks_ends_the_job_without_its_words(aws: None) -> None:
    class Broken(FirstSentence):
        def summarize(self, note: str) -> str:
            raise RuntimeError(note)

    bedrock = BedrockJobs(model=Broken())
    bedrock.put("a.jsonl", lines(NOTES))
    job = bedrock.run()
    assert job["status"] == "Failed"
    assert job["message"].endswith("(RuntimeError).")
